using System.Text.Json.Serialization;

namespace IoMerge.Benchmark.Results;

/// <summary>How the figures of a cell came about.</summary>
public enum RunKind
{
    /// <summary>Through a real mount, driven from outside.</summary>
    Mounted,

    /// <summary>The real elevator and a real store in one process, without FUSE.</summary>
    InProcess,

    /// <summary>A trace in real time against a real store.</summary>
    Replayed,

    /// <summary>A trace in virtual time against a device model: nothing was waited for.</summary>
    Virtual,
}

/// <summary>One strategy under one workload on one store.</summary>
public sealed record Cell
{
    /// <summary>Name of the strategy.</summary>
    public required string Strategy { get; init; }

    /// <summary>Name of the workload.</summary>
    public required string Workload { get; init; }

    /// <summary>Name of the store.</summary>
    public required string Store { get; init; }

    /// <summary>How it was run.</summary>
    public required RunKind Kind { get; init; }

    /// <summary>Requests per second.</summary>
    public required Measure Iops { get; init; }

    /// <summary>Bytes per second that the callers asked for.</summary>
    public required Measure BytesPerSecond { get; init; }

    /// <summary>Processor time of the server per request, in microseconds; null where it was not measured.</summary>
    public Measure? CpuUsPerRequest { get; init; }

    /// <summary>
    /// System calls of the server per request, of a run after the rounds; null where they were not counted.
    /// </summary>
    public double? SystemCallsPerRequest { get; init; }

    /// <summary>What a caller waited, over all rounds; null where it was not measured.</summary>
    public LatencyDistribution? Latency { get; init; }

    /// <summary>What became of the requests; null for what is not IoMerge.</summary>
    public MergeFacts? Merging { get; init; }

    /// <summary>
    /// What became of the requests of a look after the rounds, which knows the optimum where the rounds do not; null
    /// elsewhere. The figures of the cell are not of it.
    /// </summary>
    public MergeFacts? Looked { get; init; }

    /// <summary>The facts that know the optimum, for what is compared with it; null when none do.</summary>
    [JsonIgnore]
    public MergeFacts? Optimal => Merging?.OptimalOperations is > 0 ? Merging
        : Looked?.OptimalOperations is > 0 ? Looked : null;

    /// <summary>
    /// Operations against the fewest that any schedule could have needed for the same arrivals; null where that is not
    /// known.
    /// </summary>
    [JsonIgnore]
    public double? OperationsPerOptimum =>
        Optimal is { OptimalOperations: { } fewest } facts ? (double)facts.Operations / fewest : null;

    /// <summary>How the callers fared beside each other; null with fewer than two.</summary>
    public FairnessFacts? Fairness { get; init; }

    /// <summary>The queue over the time of one round; empty where it was not watched.</summary>
    public IReadOnlyList<DepthSample> QueueDepth { get; init; } = [];

    /// <summary>A short stretch of one round, request by request; null where it was not watched.</summary>
    public ElevatorPicture? Picture { get; init; }

    /// <summary>Requests that failed, over all rounds.</summary>
    public long Errors { get; init; }
}

/// <summary>The queue at a moment.</summary>
/// <param name="AtMs">Milliseconds since the round began.</param>
/// <param name="Queued">Requests waiting for dispatch.</param>
/// <param name="InFlight">Operations at the store.</param>
public readonly record struct DepthSample(double AtMs, long Queued, long InFlight);

/// <summary>What the elevator did, to be drawn: time across, offset up.</summary>
/// <param name="Arrivals">Every request that came.</param>
/// <param name="Operations">Every operation that went out.</param>
public sealed record ElevatorPicture(
    IReadOnlyList<PictureArrival> Arrivals, IReadOnlyList<PictureOperation> Operations);

/// <summary>A request as it came.</summary>
/// <param name="AtUs">Microseconds since the stretch began.</param>
/// <param name="Offset">First byte.</param>
/// <param name="Length">Bytes.</param>
/// <param name="IsWrite">True for what changes bytes.</param>
public readonly record struct PictureArrival(double AtUs, long Offset, long Length, bool IsWrite);

/// <summary>An operation from its dispatch to its end.</summary>
/// <param name="FromUs">Microseconds since the stretch began.</param>
/// <param name="ToUs">When it completed.</param>
/// <param name="Offset">First byte.</param>
/// <param name="Length">Bytes, gaps included.</param>
/// <param name="IsWrite">True for what changes bytes.</param>
/// <param name="Members">Requests it carried.</param>
public readonly record struct PictureOperation(
    double FromUs, double ToUs, long Offset, long Length, bool IsWrite, int Members);
