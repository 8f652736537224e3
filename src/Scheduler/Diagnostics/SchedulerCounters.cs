using IoMerge.Backends;

namespace IoMerge.Scheduler;

/// <summary>The elevator's books. Only its owner writes them; a snapshot is taken by becoming the owner.</summary>
internal sealed class SchedulerCounters
{
    private static readonly int RefusalCount = Enum.GetValues<MergeRefusal>().Length;

    private readonly long[] _in = new long[Enum.GetValues<IoKind>().Length];
    private readonly long[] _out = new long[Enum.GetValues<IoKind>().Length];
    private readonly long[] _refusals = new long[RefusalCount];
    private readonly LatencyHistogram _queueLatency = new();
    private readonly LatencyHistogram _serviceLatency = new();
    private long _bytesIn, _bytesOut, _transfersDispatched;
    private long _backMerges, _frontMerges, _overlapMerges, _gapMerges, _gapBytes;

    internal long Completed, Failed, Cancelled, ErrorSplits, ShortTransfers, OverlapWaits, Holds, MaxInFlight;

    internal long RequestsIn { get; private set; }

    internal long OperationsOut { get; private set; }

    internal void Arrived(IoRequest request)
    {
        RequestsIn++;
        _in[(int)request.Kind]++;
        _bytesIn += request.Weight64;
    }

    internal void Refused(MergeRefusal reason) => _refusals[(int)reason]++;

    internal void Merged(MergeVerdict verdict, bool atBack, long distance)
    {
        switch (verdict)
        {
            case MergeVerdict.Overlapping:
                _overlapMerges++;
                return;
            case MergeVerdict.AcrossGap:
                _gapMerges++;
                _gapBytes += distance;
                return;
        }
        if (atBack)
            _backMerges++;
        else
            _frontMerges++;
    }

    internal void Queued(long nanoseconds) => _queueLatency.Record(nanoseconds);

    internal void Dispatched(MergedIo io)
    {
        OperationsOut++;
        _out[(int)io.Kind]++;
        if (!io.Kind.IsTransfer())
            return;
        _bytesOut += io.Extent.Length;
        _transfersDispatched += io.MemberCount;
    }

    internal void Served(long nanoseconds) => _serviceLatency.Record(nanoseconds);

    internal SchedulerSnapshot Snapshot(long queued, long inFlight, long parked)
    {
        long operations = _out[(int)IoKind.Read] + _out[(int)IoKind.Write];
        return new SchedulerSnapshot
        {
            RequestsIn = RequestsIn,
            ReadsIn = _in[(int)IoKind.Read],
            WritesIn = _in[(int)IoKind.Write],
            FlushesIn = _in[(int)IoKind.Flush],
            BytesIn = _bytesIn,
            RequestsCompleted = Completed,
            RequestsFailed = Failed,
            RequestsCancelled = Cancelled,
            OperationsOut = OperationsOut,
            ReadsOut = _out[(int)IoKind.Read],
            WritesOut = _out[(int)IoKind.Write],
            FlushesOut = _out[(int)IoKind.Flush],
            BytesOut = _bytesOut,
            BackMerges = _backMerges,
            FrontMerges = _frontMerges,
            OverlapMerges = _overlapMerges,
            GapMerges = _gapMerges,
            GapBytes = _gapBytes,
            Refusals = [.. _refusals],
            ErrorSplits = ErrorSplits,
            ShortTransfers = ShortTransfers,
            OverlapWaits = OverlapWaits,
            Holds = Holds,
            Queued = queued,
            InFlight = inFlight,
            Parked = parked,
            MaxInFlight = MaxInFlight,
            QueueLatency = _queueLatency.Summarize(),
            ServiceLatency = _serviceLatency.Summarize(),
            MergeRatio = operations == 0 ? 1 : (double)_transfersDispatched / operations,
        };
    }
}
