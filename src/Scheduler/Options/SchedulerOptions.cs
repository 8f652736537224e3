using IoMerge.Backends;

namespace IoMerge.Scheduler;

/// <summary>
/// Everything that can be set on one scheduler. Plain values with the defaults that hold when nothing is configured;
/// <c>SchedulerOptionsValidator</c> says which values are allowed.
/// </summary>
public sealed record SchedulerOptions
{
    /// <summary>Name of the dispatch policy: who goes next. See <see cref="DispatchPolicies"/>.</summary>
    public string Policy { get; set; } = DispatchPolicies.Deadline;

    /// <summary>
    /// Most operations in flight at the backend, 1 to 1024. What is above waits, and merges while it waits.
    /// </summary>
    public int Depth { get; set; } = 32;

    /// <summary>Most requests admitted at a time, queued or in flight, 1 to 1 048 576.</summary>
    public int QueueMaxRequests { get; set; } = 4096;

    /// <summary>Most bytes of admitted requests, 4 KiB to 1 TiB. A single larger request passes alone.</summary>
    public ByteSize QueueMaxBytes { get; set; } = 64L << 20;

    /// <summary>
    /// How long, in milliseconds, disposal waits for the backend before it gives up loudly; 0 to 3 600 000.
    /// </summary>
    public int DrainTimeoutMs { get; set; } = 30_000;

    /// <summary>What may travel together.</summary>
    public MergeOptions Merge { get; set; } = new();

    /// <summary>Whether to wait on purpose for more to merge.</summary>
    public HoldOptions Hold { get; set; } = new();

    /// <summary>The knobs of policy <c>Scan</c>.</summary>
    public ScanOptions Scan { get; set; } = new();

    /// <summary>The knobs of policy <c>Deadline</c>.</summary>
    public DeadlineOptions Deadline { get; set; } = new();

    /// <summary>The same values in objects of their own, which nobody else can change.</summary>
    internal SchedulerOptions Copy() => this with
    {
        Merge = Merge with { },
        Hold = Hold with { },
        Scan = Scan with { },
        Deadline = Deadline with { },
    };
}
