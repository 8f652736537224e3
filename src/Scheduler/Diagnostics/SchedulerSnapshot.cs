namespace IoMerge.Scheduler;

/// <summary>Why a request could not travel with a neighbour.</summary>
public enum MergeRefusal
{
    /// <summary>No neighbour was there to merge with.</summary>
    Alone,

    /// <summary>The neighbour goes the other way (read and write), or is no transfer at all.</summary>
    Direction,

    /// <summary>
    /// The distance to the neighbour is larger than <see cref="MergeOptions.ReadGapBytes"/>, or it is a write.
    /// </summary>
    Gap,

    /// <summary>
    /// <see cref="MergeOptions.MaxBytes"/>, <see cref="MergeOptions.MaxRequests"/> or the store's own limit was
    /// reached.
    /// </summary>
    Size,

    /// <summary><see cref="MergeOptions.MaxSegments"/> or the store's own limit was reached.</summary>
    Segments,

    /// <summary>The merged operation would cross a boundary of the store.</summary>
    Boundary,

    /// <summary>The neighbour waits for an earlier request that it overlaps.</summary>
    Overlap,

    /// <summary>Their durability differs (O_SYNC, O_DSYNC).</summary>
    Sync,

    /// <summary>The policy does not let operations grow that way, or merging is limited to the last arrival.</summary>
    Sealed,
}

/// <summary>A distribution of times.</summary>
/// <param name="Count">Number of values.</param>
/// <param name="MeanUs">Arithmetic mean in microseconds.</param>
/// <param name="P50Us">Median in microseconds.</param>
/// <param name="P99Us">99th percentile in microseconds.</param>
/// <param name="P999Us">99.9th percentile in microseconds.</param>
/// <param name="MaxUs">Largest value in microseconds.</param>
public readonly record struct LatencySummary(
    long Count, double MeanUs, double P50Us, double P99Us, double P999Us, double MaxUs);

/// <summary>What a scheduler did since it started. All numbers were taken at one moment.</summary>
public sealed record SchedulerSnapshot
{
    /// <summary>Requests that arrived, of all kinds.</summary>
    public long RequestsIn { get; init; }

    /// <summary>Read requests that arrived.</summary>
    public long ReadsIn { get; init; }

    /// <summary>Write requests that arrived.</summary>
    public long WritesIn { get; init; }

    /// <summary>Flush requests that arrived.</summary>
    public long FlushesIn { get; init; }

    /// <summary>Bytes that read and write requests asked for.</summary>
    public long BytesIn { get; init; }

    /// <summary>Requests that were told their outcome.</summary>
    public long RequestsCompleted { get; init; }

    /// <summary>Requests that completed with an error.</summary>
    public long RequestsFailed { get; init; }

    /// <summary>Requests that were taken back before they were dispatched.</summary>
    public long RequestsCancelled { get; init; }

    /// <summary>Operations submitted to the backend, of all kinds.</summary>
    public long OperationsOut { get; init; }

    /// <summary>Read operations submitted.</summary>
    public long ReadsOut { get; init; }

    /// <summary>Write operations submitted.</summary>
    public long WritesOut { get; init; }

    /// <summary>Flushes submitted; fewer than arrived when flushes shared one.</summary>
    public long FlushesOut { get; init; }

    /// <summary>Bytes of read and write operations submitted, gaps included.</summary>
    public long BytesOut { get; init; }

    /// <summary>Requests that joined an operation at its end.</summary>
    public long BackMerges { get; init; }

    /// <summary>Requests that joined an operation at its start.</summary>
    public long FrontMerges { get; init; }

    /// <summary>Reads that joined an operation which already covered some of their bytes.</summary>
    public long OverlapMerges { get; init; }

    /// <summary>Reads that joined an operation across a gap.</summary>
    public long GapMerges { get; init; }

    /// <summary>Bytes read only to bridge gaps.</summary>
    public long GapBytes { get; init; }

    /// <summary>How often an operation could not grow, by reason; indexed by <see cref="MergeRefusal"/>.</summary>
    public IReadOnlyList<long> Refusals { get; init; } = [];

    /// <summary>Merged operations that failed and whose members were tried one by one.</summary>
    public long ErrorSplits { get; init; }

    /// <summary>Operations that were continued after a short transfer.</summary>
    public long ShortTransfers { get; init; }

    /// <summary>Requests that waited for an earlier one because they overlap.</summary>
    public long OverlapWaits { get; init; }

    /// <summary>Times a free slot was left free on purpose.</summary>
    public long Holds { get; init; }

    /// <summary>Requests waiting for dispatch.</summary>
    public long Queued { get; init; }

    /// <summary>Operations at the backend.</summary>
    public long InFlight { get; init; }

    /// <summary>Requests kept aside because the admission bounds were exceeded.</summary>
    public long Parked { get; init; }

    /// <summary>Most operations that were at the backend at one time.</summary>
    public long MaxInFlight { get; init; }

    /// <summary>From arrival until it was chosen for dispatch, per request.</summary>
    public LatencySummary QueueLatency { get; init; }

    /// <summary>
    /// From submission to completion, per operation; each counts from its own submission. At a store that completes
    /// inline, telling the callers is included.
    /// </summary>
    public LatencySummary ServiceLatency { get; init; }

    /// <summary>Requests carried per read or write operation; 1 when nothing merged.</summary>
    public double MergeRatio { get; init; }
}
