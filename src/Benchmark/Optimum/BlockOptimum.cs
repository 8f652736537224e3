using System.Runtime.InteropServices;
using IoMerge.Backends;

namespace IoMerge.Benchmark.Optimum;

/// <summary>
/// The fewest operations that carry the arrivals of a block when all are there at once, and the most operations that
/// could carry arrivals of two blocks. Not thread-safe.
/// </summary>
internal sealed class BlockOptimum(OptimumLimits limits)
{
    // Enough for reads that overlap as they usually do, and a bound for those that were made to be slow.
    private const long StepsPerPiece = 512;

    private readonly ReadCover _reads = new(limits);
    private readonly WriteCover _writes = new(limits);
    private readonly HashSet<int> _callers = [];
    private long[] _reaches = [];

    /// <summary>How many are needed for a sorted block.</summary>
    internal long Count(ArrivalBlock block, ref bool isExact)
    {
        long operations = 0;
        foreach (((IoKind kind, _), List<Piece> list) in block.Classes)
        {
            ReadOnlySpan<Piece> pieces = CollectionsMarshal.AsSpan(list);
            long gap = kind == IoKind.Read ? limits.ReadGapBytes : 0;
            for (int first = 0; first < pieces.Length;)
            {
                int behind = ComponentEnd(pieces, first, gap);
                operations += CountComponent(pieces[first..behind], kind, ref isExact);
                first = behind;
            }
        }
        return operations;
    }

    /// <summary>
    /// At least as many as there can be operations with arrivals of both sorted blocks: each such operation has a pair
    /// of neighbours of which one is here and one is there.
    /// </summary>
    internal long CountSpanning(ArrivalBlock earlier, ArrivalBlock later)
    {
        long spanning = 0;
        foreach (((IoKind, IoFlags) key, List<Piece> list) in earlier.Classes)
        {
            ReadOnlySpan<Piece> here = CollectionsMarshal.AsSpan(list);
            ReadOnlySpan<Piece> there = later.PiecesOf(key);
            if (here.IsEmpty || there.IsEmpty)
                continue;
            long gap = key.Item1 == IoKind.Read ? limits.ReadGapBytes : 0;
            spanning += Math.Min(CountTouching(here, there, gap), CountTouching(there, here, gap));
        }
        return Math.Min(spanning, limits.MaxOutstanding);
    }

    private long CountComponent(ReadOnlySpan<Piece> pieces, IoKind kind, ref bool isExact)
    {
        if (pieces.Length == 1)
            return 1;
        long most = MostMembers(pieces, kind);
        if (kind != IoKind.Read)
            return _writes.Count(pieces, most, ref isExact);
        long work = StepsPerPiece * pieces.Length;
        return _reads.Count(pieces, most, ref work, ref isExact);
    }

    private long MostMembers(ReadOnlySpan<Piece> pieces, IoKind kind)
    {
        long most = Math.Min(limits.MaxRequests, limits.MaxOutstanding);
        if (kind == IoKind.Write)
            most = Math.Min(most, limits.MaxSegments);
        if (limits.MaxOutstandingPerCaller >= most)
            return most;
        _callers.Clear();
        foreach (Piece piece in pieces)
            _callers.Add(piece.Caller);
        return Math.Min(most, (long)_callers.Count * limits.MaxOutstandingPerCaller);
    }

    private static int ComponentEnd(ReadOnlySpan<Piece> pieces, int first, long gap)
    {
        long reach = pieces[first].End;
        int behind = first + 1;
        for (; behind < pieces.Length && pieces[behind].Start - reach <= gap; behind++)
            reach = Math.Max(reach, pieces[behind].End);
        return behind;
    }

    /// <summary>How many of these touch one of those, gaps allowed.</summary>
    private long CountTouching(ReadOnlySpan<Piece> these, ReadOnlySpan<Piece> those, long gap)
    {
        // The farthest end of all those up to a place.
        if (_reaches.Length < those.Length)
            _reaches = new long[those.Length];
        long reach = 0;
        for (int i = 0; i < those.Length; i++)
            _reaches[i] = reach = Math.Max(reach, those[i].End);
        long touching = 0;
        int reachable = 0;
        foreach (Piece piece in these)
        {
            reachable = CountStartingBy(those, piece.End, gap, reachable);
            if (reachable > 0 && piece.Start - _reaches[reachable - 1] <= gap)
                touching++;
        }
        return touching;
    }

    /// <summary>
    /// How many of those start no farther than a gap behind an end. Neighbours end close to each other, so it is looked
    /// for around the answer for the one before, farther away in steps that double.
    /// </summary>
    private static int CountStartingBy(ReadOnlySpan<Piece> those, long end, long gap, int near)
    {
        int low = near, high = near;
        if (near < those.Length && those[near].Start - end <= gap)
        {
            low = high = near + 1;
            for (int step = 1; high < those.Length && those[high].Start - end <= gap; step *= 2)
            {
                low = high + 1;
                high = (int)Math.Min((long)low + step, those.Length);
            }
        }
        else
        {
            for (int step = 1; low > 0 && those[low - 1].Start - end > gap; step *= 2)
            {
                high = low - 1;
                low = Math.Max(0, high - step);
            }
        }
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (those[middle].Start - end <= gap)
                low = middle + 1;
            else
                high = middle;
        }
        return low;
    }
}
