using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using IoMerge.Benchmark.Optimum;
using IoMerge.Traces;

namespace IoMerge.Benchmark.Replay;

/// <summary>
/// A trace that a thread beside decodes ahead of whoever reads it, block by block in bounded memory; the same thread
/// finds the optimum for the records, if one is wanted. Both see the records in the order of the trace, so nothing
/// depends on how the threads run. For one reader, who may be on any thread.
/// </summary>
internal sealed class TraceAhead : ITraceSource
{
    // Enough that handing one over, and waking who waits for it, costs nothing beside its records.
    private const int BlockRecords = 8192;
    private const int Blocks = 4;

    private readonly ITraceSource _trace;
    private readonly TraceOptimum? _optimum;
    private readonly BlockingCollection<Block> _full = new(Blocks);
    private readonly BlockingCollection<Block> _empty = new(Blocks);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task<OptimumResult?> _decoding;
    private Block _block = new();
    private int _next;

    /// <summary>Begins to decode.</summary>
    /// <param name="trace">The trace, not read from yet; it is not disposed of.</param>
    /// <param name="optimum">The optimum, without arrivals, this object's from now on; null for none.</param>
    internal TraceAhead(ITraceSource trace, TraceOptimum? optimum)
    {
        _trace = trace;
        _optimum = optimum;
        for (int i = 1; i < Blocks; i++)
            _empty.Add(new Block());
        _decoding = Task.Factory.StartNew(
            Decode, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    public TraceHeader Header => _trace.Header;

    public bool TryRead(out TraceRecord record)
    {
        if (_next == _block.Count && !MoveOn())
        {
            record = default;
            return false;
        }
        record = _block.Records[_next++];
        return true;
    }

    /// <summary>The optimum for the whole trace; to be called once, when it was read to its end.</summary>
    /// <exception cref="InvalidDataException">The trace does not fit on the device.</exception>
    /// <exception cref="InvalidOperationException">No optimum was wanted.</exception>
    internal OptimumResult Finish() =>
        _decoding.GetAwaiter().GetResult() ?? throw new InvalidOperationException("No optimum was wanted.");

    public void Dispose()
    {
        _stop.Cancel();
        // What it may have failed with was told to the reader, or nobody asks for it.
        ((IAsyncResult)_decoding).AsyncWaitHandle.WaitOne();
        _ = _decoding.Exception;
        _full.Dispose();
        _empty.Dispose();
        _stop.Dispose();
    }

    /// <summary>Takes the next block; false at the end, where the last one stays.</summary>
    private bool MoveOn()
    {
        _block.Fault?.Throw();
        if (_block.IsLast)
            return false;
        _empty.Add(_block);
        _block = _full.Take();
        _next = 0;
        if (_block.Count == 0)
            _block.Fault?.Throw();
        return _block.Count > 0;
    }

    private OptimumResult? Decode()
    {
        ExceptionDispatchInfo? fault = null;
        for (bool isLast = false; !isLast;)
        {
            if (!_empty.TryTake(out Block? block, Timeout.Infinite, _stop.Token))
                break;
            Fill(block);
            isLast = block.IsLast;
            _full.Add(block);
            // It comes back only to this thread, so it stays as it is meanwhile.
            fault ??= Tell(block);
        }
        fault?.Throw();
        return _optimum?.Finish();
    }

    /// <summary>What is wrong with the trace is told to the reader after the records before it.</summary>
    private void Fill(Block block)
    {
        int count = 0;
        try
        {
            TraceRecord[] records = block.Records;
            while (count < records.Length && _trace.TryRead(out records[count]))
                count++;
            block.IsLast = count < records.Length;
        }
#pragma warning disable CA1031 // Whatever it is, it is the reader's, who gets it on his own thread.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            block.Fault = ExceptionDispatchInfo.Capture(exception);
            block.IsLast = true;
        }
        block.Count = count;
    }

    /// <summary>
    /// Counts a block. What goes wrong is given back, for <see cref="Finish"/>: the reader goes on waiting for blocks
    /// meanwhile, and where a record does not fit he meets the same one, and says it.
    /// </summary>
    private ExceptionDispatchInfo? Tell(Block block)
    {
        try
        {
            for (int i = 0; _optimum is not null && i < block.Count; i++)
                _optimum.Add(block.Records[i]);
            return null;
        }
#pragma warning disable CA1031 // Whatever it is, it must not keep the reader waiting; Finish throws it.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            return ExceptionDispatchInfo.Capture(exception);
        }
    }

    private sealed class Block
    {
        internal TraceRecord[] Records { get; } = new TraceRecord[BlockRecords];

        internal int Count { get; set; }

        internal bool IsLast { get; set; }

        internal ExceptionDispatchInfo? Fault { get; set; }
    }
}
