using System.Runtime.InteropServices;
using IoMerge.Backends;

namespace IoMerge.Benchmark.Optimum;

/// <summary>
/// A bounded number of arrivals, sorted by what can travel together at all (kind and flags) and by offset. Not
/// thread-safe.
/// </summary>
internal sealed class ArrivalBlock
{
    private readonly SortedDictionary<(IoKind Kind, IoFlags Flags), List<Piece>> _classes = [];

    /// <summary>Arrivals in it that carry bytes.</summary>
    internal int Count { get; private set; }

    /// <summary>What can travel together at all, each sorted by offset once <see cref="Sort"/> was called.</summary>
    internal IEnumerable<KeyValuePair<(IoKind Kind, IoFlags Flags), List<Piece>>> Classes => _classes;

    internal void Add(in OptimumArrival arrival)
    {
        (IoKind, IoFlags) key = (arrival.Kind, arrival.Flags);
        if (!_classes.TryGetValue(key, out List<Piece>? pieces))
            _classes.Add(key, pieces = []);
        pieces.Add(new Piece(arrival.Offset, arrival.Offset + arrival.Length, arrival.Caller));
        Count++;
    }

    internal void Sort()
    {
        foreach (List<Piece> pieces in _classes.Values)
            CollectionsMarshal.AsSpan(pieces).Sort();
    }

    internal void Clear()
    {
        foreach (List<Piece> pieces in _classes.Values)
            pieces.Clear();
        Count = 0;
    }

    /// <summary>The pieces of a class; empty when there are none.</summary>
    internal ReadOnlySpan<Piece> PiecesOf((IoKind Kind, IoFlags Flags) key) =>
        _classes.TryGetValue(key, out List<Piece>? pieces) ? CollectionsMarshal.AsSpan(pieces) : [];

    /// <summary>True when a change covers bytes that another arrival covers too, so that order matters.</summary>
    internal bool HasConflicts()
    {
        (Piece Piece, bool IsChange)[] all =
        [
            .. _classes.SelectMany(c => c.Value.Select(piece => (piece, c.Key.Kind.Changes()))),
        ];
        Array.Sort(all, (a, b) => a.Piece.CompareTo(b.Piece));
        long end = 0, changedEnd = 0;
        foreach ((Piece piece, bool isChange) in all)
        {
            if (piece.Start < (isChange ? end : changedEnd))
                return true;
            end = Math.Max(end, piece.End);
            if (isChange)
                changedEnd = Math.Max(changedEnd, piece.End);
        }
        return false;
    }
}
