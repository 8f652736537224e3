using IoMerge.Backends;
using IoMerge.Scheduler;

namespace IoMerge.Benchmark.Optimum;

/// <summary>The limits that every schedule has to keep which the optimum is compared with.</summary>
public sealed record OptimumLimits
{
    /// <summary>Most bytes of an operation of several requests.</summary>
    public required long MaxBytes { get; init; }

    /// <summary>Most requests of an operation.</summary>
    public required int MaxRequests { get; init; }

    /// <summary>
    /// Most writes of an operation, where each has memory of its own that continues no other's; more than
    /// <see cref="MaxRequests"/> where that is not known.
    /// </summary>
    public int MaxSegments { get; init; } = int.MaxValue;

    /// <summary>Reads no farther apart than this may travel together.</summary>
    public long ReadGapBytes { get; init; }

    /// <summary>No operation of several requests crosses a multiple of it; 0 for none.</summary>
    public long Boundary { get; init; }

    /// <summary>
    /// Most requests that are outstanding at a time: the bound of admission, or what all clients together keep
    /// outstanding.
    /// </summary>
    public int MaxOutstanding { get; init; } = int.MaxValue;

    /// <summary>Most bytes that are outstanding at a time.</summary>
    public long MaxOutstandingBytes { get; init; } = long.MaxValue;

    /// <summary>Most requests that one caller keeps outstanding: the depth of a client in a closed loop.</summary>
    public int MaxOutstandingPerCaller { get; init; } = int.MaxValue;

    /// <summary>
    /// The limits of a scheduler before a store. How far it merges (<see cref="MergeOptions.Level"/>) is no limit but
    /// its choice, and so is its policy.
    /// </summary>
    /// <param name="options">The scheduler's options.</param>
    /// <param name="geometry">What the store allows.</param>
    /// <param name="writesAreScattered">True when no write's memory continues another's.</param>
    public static OptimumLimits Of(SchedulerOptions options, BackendGeometry geometry, bool writesAreScattered = false)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(geometry);
        MergeLimits limits = MergeLimits.Create(options.Merge, geometry, merges: true);
        return new OptimumLimits
        {
            MaxBytes = limits.MaxBytes,
            MaxRequests = limits.MaxRequests,
            MaxSegments = writesAreScattered ? limits.MaxSegments : int.MaxValue,
            ReadGapBytes = limits.ReadGapBytes,
            Boundary = limits.Boundary,
            MaxOutstanding = options.QueueMaxRequests,
            MaxOutstandingBytes = options.QueueMaxBytes,
        };
    }

    /// <summary>Where an operation of several requests that begins at an offset must end at the latest.</summary>
    internal long LatestEnd(long start)
    {
        long end = start > long.MaxValue - MaxBytes ? long.MaxValue : start + MaxBytes;
        if (Boundary == 0)
            return end;
        long edge = start - start % Boundary;
        return edge > long.MaxValue - Boundary ? end : Math.Min(end, edge + Boundary);
    }
}
