namespace IoMerge.Backends.Nbd;

/// <summary>
/// Which bytes of a read have come: a few ranges, of which neighbours are one. It tells bytes that come twice from
/// bytes that come out of order, without a list that a server could make grow.
/// </summary>
internal struct Coverage
{
    private const int MaxRanges = 8;

    private Ranges _ranges;
    private int _count;

    /// <summary>Forgets everything.</summary>
    internal void Clear() => _count = 0;

    /// <summary>True when exactly the bytes from 0 to <paramref name="length"/> have come.</summary>
    internal readonly bool IsWhole(uint length) =>
        _count == 1 && _ranges[0].Start == 0 && _ranges[0].End == length;

    /// <summary>Adds bytes.</summary>
    /// <returns>False when some of them had come before, or when they lie in too many pieces.</returns>
    internal bool TryAdd(uint start, uint end)
    {
        int at = 0;
        while (at < _count && _ranges[at].End < start)
            at++;
        if (at < _count && _ranges[at].End == start)
        {
            if (at + 1 < _count && _ranges[at + 1].Start < end)
                return false;
            _ranges[at].End = end;
            if (at + 1 < _count && _ranges[at + 1].Start == end)
            {
                _ranges[at].End = _ranges[at + 1].End;
                RemoveAt(at + 1);
            }
            return true;
        }
        if (at < _count && _ranges[at].Start < end)
            return false;
        if (at < _count && _ranges[at].Start == end)
        {
            _ranges[at].Start = start;
            return true;
        }
        return TryInsert(at, start, end);
    }

    private bool TryInsert(int at, uint start, uint end)
    {
        if (_count == MaxRanges)
            return false;
        for (int i = _count; i > at; i--)
            _ranges[i] = _ranges[i - 1];
        _ranges[at] = new Range { Start = start, End = end };
        _count++;
        return true;
    }

    private void RemoveAt(int at)
    {
        _count--;
        for (int i = at; i < _count; i++)
            _ranges[i] = _ranges[i + 1];
    }

    private struct Range
    {
        internal uint Start;
        internal uint End;
    }

    [System.Runtime.CompilerServices.InlineArray(MaxRanges)]
    private struct Ranges
    {
        private Range _first;
    }
}
