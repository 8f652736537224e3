namespace IoMerge.Benchmark.Optimum;

/// <summary>The fewest operations that carry some reads which touch each other.</summary>
/// <remarks>
/// From the left: the leftmost read must travel in some operation, which ends before a known offset. Of the reads that
/// fit before it, as many as may travel along do, those that start first: whoever is left has more room in a later
/// operation, and an exchange shows that no other choice needs fewer. This takes no account of reads that have to touch
/// for to travel together; so it never needs more than is possible, and where its operations hold together anyway it is
/// exact. Not thread-safe.
/// </remarks>
internal sealed class ReadCover(OptimumLimits limits)
{
    private int[] _next = [];

    /// <summary>How many are needed.</summary>
    /// <param name="pieces">The reads, sorted.</param>
    /// <param name="most">Most reads of an operation.</param>
    /// <param name="work">Steps that may still be made; when they are used up, what is left counts as nothing.</param>
    /// <param name="isExact">Becomes false when it may be that more are needed.</param>
    internal long Count(ReadOnlySpan<Piece> pieces, long most, ref long work, ref bool isExact)
    {
        if (_next.Length <= pieces.Length)
            _next = new int[Math.Max(pieces.Length + 1, 1024)];
        for (int i = 0; i < pieces.Length; i++)
            _next[i] = i + 1;
        long operations = 0;
        for (int head = 0; head < pieces.Length; head = _next[head])
        {
            operations++;
            if (!FillOperation(pieces, head, most, ref work, ref isExact))
                return operations;
        }
        return operations;
    }

    private bool FillOperation(ReadOnlySpan<Piece> pieces, int head, long most, ref long work, ref bool isExact)
    {
        long latest = limits.LatestEnd(pieces[head].Start);
        long reach = pieces[head].End;
        if (reach > latest)
            return true;
        int members = 1;
        for (int before = head; members < most;)
        {
            int candidate = _next[before];
            if (candidate >= pieces.Length || pieces[candidate].Start >= latest)
                break;
            if (--work < 0)
            {
                isExact = false;
                return false;
            }
            if (pieces[candidate].End > latest)
            {
                before = candidate;
                continue;
            }
            if (pieces[candidate].Start - reach > limits.ReadGapBytes)
                isExact = false;
            reach = Math.Max(reach, pieces[candidate].End);
            members++;
            _next[before] = _next[candidate];
        }
        return true;
    }
}
