using IoMerge.Backends;

namespace IoMerge.Benchmark.Optimum;

/// <summary>
/// The fewest reads and writes that any schedule could need for some arrivals at one store within the same limits: told
/// of arrivals one by one, in bounded memory. It is a lower bound, and says when it is exact. One object for one store.
/// Not thread-safe.
/// </summary>
/// <remarks>
/// <para>Compared are all schedules that keep the limits of an operation and of what is outstanding, and that do not
/// hold a request while more than 65 535 others arrive. They may hold for as long as they like otherwise, know the
/// future, and even let requests pass each other that overlap.</para>
/// <para>Arrivals are cut into blocks. What a block needs when all of it is there at once, summed over blocks, counts
/// an operation once for each block of which it carries something. So for each cut the most operations are taken off
/// that can lie across it: never more than are outstanding at a time, nor than there are neighbours on both sides. Each
/// length of blocks gives a bound, and the largest counts: short blocks are close where clients with few requests
/// outstanding send at random, long ones where much merges.</para>
/// </remarks>
public sealed class OfflineOptimum
{
    private const int LongestBlock = 1 << 16;

    private readonly OptimumLimits _limits;
    private readonly BlockOptimum _optimum;
    private readonly int _longest;
    private readonly List<ShortBlocks> _scales = [];
    private readonly Dictionary<int, long> _callers = [];
    private ArrivalBlock _block = new();
    private ArrivalBlock _blockBefore = new();
    private long _bound;
    private long _arrivals;
    private long _bytes;
    private bool _isExact = true;

    /// <summary>An optimum without arrivals.</summary>
    public OfflineOptimum(OptimumLimits limits) : this(limits, LongestBlock, [16, 64, 256])
    {
    }

    internal OfflineOptimum(OptimumLimits limits, int longest, IEnumerable<int> multiples)
    {
        ArgumentNullException.ThrowIfNull(limits);
        _limits = limits;
        _optimum = new BlockOptimum(limits);
        _longest = longest;
        foreach (long length in multiples.Select(multiple => (long)multiple * limits.MaxOutstanding))
        {
            if (length < longest)
                _scales.Add(new ShortBlocks((int)length));
        }
    }

    /// <summary>Takes the next arrival in order of time.</summary>
    public void Add(in OptimumArrival arrival)
    {
        if (!arrival.Kind.IsTransfer())
        {
            // Who may pass what changes the store otherwise is not looked into.
            _isExact &= !arrival.Kind.Changes();
            return;
        }
        if (arrival.Length == 0)
            return;
        _arrivals++;
        _bytes += arrival.Length;
        _isExact &= _arrivals <= _limits.MaxOutstanding && _bytes <= _limits.MaxOutstandingBytes;
        if (_isExact && _limits.MaxOutstandingPerCaller < int.MaxValue)
        {
            long ofCaller = _callers[arrival.Caller] = _callers.GetValueOrDefault(arrival.Caller) + 1;
            _isExact = ofCaller <= _limits.MaxOutstandingPerCaller;
        }
        foreach (ShortBlocks scale in _scales)
            scale.Add(arrival, _optimum, _limits.MaxOutstanding);
        _block.Add(arrival);
        if (_block.Count == _longest)
            EndBlock();
    }

    /// <summary>What was found for all arrivals. To be called once, at the end.</summary>
    public OptimumResult Finish()
    {
        bool isOneBlock = _arrivals == _block.Count;
        if (_block.Count > 0)
            EndBlock();
        long bound = _bound;
        foreach (ShortBlocks scale in _scales)
            bound = Math.Max(bound, scale.Finish(_optimum));
        // The block that was ended last lies in the place of the one before.
        bool isExact = _isExact && isOneBlock && !_blockBefore.HasConflicts();
        return new OptimumResult(Math.Max(bound, Math.Min(_arrivals, 1)), isExact || _arrivals == 0);
    }

    private void EndBlock()
    {
        _block.Sort();
        _bound += _optimum.Count(_block, ref _isExact);
        if (_blockBefore.Count > 0)
            _bound -= _optimum.CountSpanning(_blockBefore, _block);
        (_block, _blockBefore) = (_blockBefore, _block);
        _block.Clear();
    }

    /// <summary>Blocks of one shorter length, across whose cuts as much may lie as is outstanding.</summary>
    private sealed class ShortBlocks(int length)
    {
        private readonly ArrivalBlock _block = new();
        private long _bound;

        internal void Add(in OptimumArrival arrival, BlockOptimum optimum, int acrossACut)
        {
            if (_block.Count == length)
            {
                End(optimum);
                _bound -= acrossACut;
            }
            _block.Add(arrival);
        }

        internal long Finish(BlockOptimum optimum)
        {
            if (_block.Count > 0)
                End(optimum);
            return _bound;
        }

        private void End(BlockOptimum optimum)
        {
            bool isExact = false;
            _block.Sort();
            _bound += optimum.Count(_block, ref isExact);
            _block.Clear();
        }
    }
}
