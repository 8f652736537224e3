namespace IoMerge.Benchmark.Optimum;

/// <summary>The fewest operations that carry some writes which touch each other.</summary>
/// <remarks>
/// Writes travel together when one begins where the other ends. From the left, each write continues an operation that
/// ends where it begins, the one with the most room first: to give that up would save at most the one operation that it
/// costs. That is exact where writes of one start are equally long and the operations to choose from are in an order of
/// room, above all where bytes are written once, or in passes of equal writes. Elsewhere each write is taken to find
/// the best place, which is never more than is needed. Not thread-safe.
/// </remarks>
internal sealed class WriteCover(OptimumLimits limits)
{
    private readonly PriorityQueue<Open, long> _open = new();
    private readonly List<Open> _ending = [];

    /// <summary>How many are needed.</summary>
    /// <param name="pieces">The writes, sorted.</param>
    /// <param name="most">Most writes of an operation.</param>
    /// <param name="isExact">Becomes false when it may be that more are needed.</param>
    internal long Count(ReadOnlySpan<Piece> pieces, long most, ref bool isExact)
    {
        long operations = 0;
        _open.Clear();
        for (int first = 0; first < pieces.Length;)
        {
            int behind = first + 1;
            while (behind < pieces.Length && pieces[behind].Start == pieces[first].Start)
                behind++;
            operations += Continue(pieces[first..behind], most, ref isExact);
            first = behind;
        }
        return operations;
    }

    /// <summary>Lets writes of one start continue what ends there; returns how many had to begin anew.</summary>
    private long Continue(ReadOnlySpan<Piece> writes, long most, ref bool isExact)
    {
        long start = writes[0].Start;
        TakeEnding(start);
        bool isClear = writes[0].End == writes[^1].End && IsOrdered();
        if (!isClear)
        {
            isExact = false;
            foreach (Piece write in writes)
                _open.Enqueue(new Open(start, 1), write.End);
            return Math.Max(0, writes.Length - _ending.Count);
        }
        long begun = 0;
        for (int i = 0; i < writes.Length; i++)
        {
            long end = writes[i].End;
            bool continues = i < _ending.Count && _ending[i].Members < most
                && end <= limits.LatestEnd(_ending[i].Start);
            if (!continues)
                begun++;
            Open next = continues ? new Open(_ending[i].Start, _ending[i].Members + 1) : new Open(start, 1);
            _open.Enqueue(next, end);
        }
        return begun;
    }

    private void TakeEnding(long offset)
    {
        _ending.Clear();
        while (_open.TryPeek(out Open open, out long end) && end <= offset)
        {
            _ = _open.Dequeue();
            if (end == offset)
                _ending.Add(open);
        }
        _ending.Sort(static (a, b) =>
            a.Start == b.Start ? a.Members.CompareTo(b.Members) : b.Start.CompareTo(a.Start));
    }

    /// <summary>True when who began later has no more members: each has at least the room of the next.</summary>
    private bool IsOrdered()
    {
        for (int i = 1; i < _ending.Count; i++)
        {
            if (_ending[i].Members < _ending[i - 1].Members)
                return false;
        }
        return true;
    }

    private readonly record struct Open(long Start, long Members);
}
