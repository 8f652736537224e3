namespace IoMerge.Benchmark.Models;

/// <summary>
/// Operations by the time of their completion, those of one time in the order of submission: a binary heap in an array,
/// which allocates only while it grows. Not thread-safe.
/// </summary>
internal sealed class CompletionQueue
{
    private Entry[] _heap = new Entry[64];
    private int _count;
    private long _sequence;

    /// <summary>The earliest time; <see cref="long.MaxValue"/> when there is none.</summary>
    internal long NextNs => _count == 0 ? long.MaxValue : _heap[0].AtNs;

    internal void Add(long atNs, int id)
    {
        if (_count == _heap.Length)
            Array.Resize(ref _heap, 2 * _count);
        var entry = new Entry(atNs, _sequence++, id);
        int hole = _count++;
        while (hole > 0 && entry.IsBefore(_heap[(hole - 1) / 2]))
        {
            _heap[hole] = _heap[(hole - 1) / 2];
            hole = (hole - 1) / 2;
        }
        _heap[hole] = entry;
    }

    /// <summary>Takes out the earliest; there must be one.</summary>
    internal int Take()
    {
        int id = _heap[0].Id;
        Entry last = _heap[--_count];
        int hole = 0;
        while (true)
        {
            int child = 2 * hole + 1;
            if (child >= _count)
                break;
            if (child + 1 < _count && _heap[child + 1].IsBefore(_heap[child]))
                child++;
            if (!_heap[child].IsBefore(last))
                break;
            _heap[hole] = _heap[child];
            hole = child;
        }
        _heap[hole] = last;
        return id;
    }

    private readonly record struct Entry(long AtNs, long Sequence, int Id)
    {
        internal bool IsBefore(in Entry other) =>
            AtNs < other.AtNs || (AtNs == other.AtNs && Sequence < other.Sequence);
    }
}
