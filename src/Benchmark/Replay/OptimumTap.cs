using System.Collections.Concurrent;
using IoMerge.Benchmark.Optimum;
using IoMerge.Traces;

namespace IoMerge.Benchmark.Replay;

/// <summary>
/// A trace that is decoded once and used twice: whoever reads it gets its records as ever, and a thread beside finds
/// the optimum for them, block by block, in bounded memory. The optimum sees the records in the order of the trace, so
/// it does not depend on how the threads run. For one reader, who may be on any thread.
/// </summary>
internal sealed class OptimumTap : ITraceSource
{
    // Enough that handing one over, and waking who waits for it, costs nothing beside its records.
    private const int BlockRecords = 8192;
    private const int Blocks = 4;

    private readonly ITraceSource _trace;
    private readonly TraceOptimum _optimum;
    private readonly BlockingCollection<Block> _full = new(Blocks);
    private readonly BlockingCollection<Block> _empty = new(Blocks);
    private readonly Task<OptimumResult> _finding;
    private Block _block = new();

    /// <summary>Begins to find.</summary>
    /// <param name="trace">The trace, not read from yet; it is not disposed of.</param>
    /// <param name="optimum">The optimum, without arrivals; the tap's from now on.</param>
    internal OptimumTap(ITraceSource trace, TraceOptimum optimum)
    {
        _trace = trace;
        _optimum = optimum;
        for (int i = 1; i < Blocks; i++)
            _empty.Add(new Block());
        _finding = Task.Factory.StartNew(
            Find, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    public TraceHeader Header => _trace.Header;

    public bool TryRead(out TraceRecord record)
    {
        if (!_trace.TryRead(out record))
            return false;
        if (_block.Count == BlockRecords)
        {
            _full.Add(_block);
            _block = _empty.Take();
        }
        _block.Records[_block.Count++] = record;
        return true;
    }

    /// <summary>The optimum for what was read; to be called once, when nothing more will be.</summary>
    /// <exception cref="InvalidDataException">The trace does not fit on the device.</exception>
    internal OptimumResult Finish()
    {
        _full.Add(_block);
        _full.CompleteAdding();
        return _finding.GetAwaiter().GetResult();
    }

    public void Dispose()
    {
        _full.CompleteAdding();
        // What it may have failed with was told by Finish, or nobody asks for it.
        ((IAsyncResult)_finding).AsyncWaitHandle.WaitOne();
        _ = _finding.Exception;
        _full.Dispose();
        _empty.Dispose();
    }

    private OptimumResult Find()
    {
        Exception? fault = null;
        foreach (Block block in _full.GetConsumingEnumerable())
        {
            try
            {
                for (int i = 0; fault is null && i < block.Count; i++)
                    _optimum.Add(block.Records[i]);
            }
            catch (InvalidDataException exception)
            {
                // Blocks go round nevertheless: the reader meets the same record, and must not wait for one till then.
                fault = exception;
            }
            block.Count = 0;
            _empty.Add(block);
        }
        return fault is null ? _optimum.Finish() : throw fault;
    }

    private sealed class Block
    {
        internal TraceRecord[] Records { get; } = new TraceRecord[BlockRecords];

        internal int Count { get; set; }
    }
}
