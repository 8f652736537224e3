using HdrHistogram;
using IoMerge.Benchmark.Results;

namespace IoMerge.Benchmark.Runs;

/// <summary>
/// One column on one store, started and ready to be driven: a mount with a strategy, another server, the bare store.
/// Targets stay up side by side while rounds alternate between them. Rounds of one target come one after the other;
/// disposing stops it and removes everything it made.
/// </summary>
public interface IRunTarget : IAsyncDisposable
{
    /// <summary>The column.</summary>
    StrategyFacts Strategy { get; }

    /// <summary>The store.</summary>
    StoreFacts Store { get; }

    /// <summary>Drives one workload for one round.</summary>
    /// <param name="workload">What the clients do.</param>
    /// <param name="options">For how long.</param>
    /// <param name="stop">Ends the round early; nothing of it is told then.</param>
    /// <returns>What the round showed.</returns>
    /// <exception cref="RunException">The round could not be carried out.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    Task<RoundResult> RunRoundAsync(WorkloadSpec workload, RoundOptions options, CancellationToken stop);
}

/// <summary>How one round is made.</summary>
/// <param name="Duration">Time that is measured.</param>
/// <param name="WarmUp">Time with the same load before it, which is not.</param>
/// <param name="Watch">
/// Whether the target also watches the queue and draws a picture, as far as it can; that costs throughput, so such a
/// round is not one to compare.
/// </param>
public sealed record RoundOptions(TimeSpan Duration, TimeSpan WarmUp, bool Watch = false);

/// <summary>What one round showed, the warm-up left out where the target can tell the two apart.</summary>
public sealed record RoundResult
{
    /// <summary>Reads and writes that completed.</summary>
    public required long Requests { get; init; }

    /// <summary>Bytes of them.</summary>
    public required long Bytes { get; init; }

    /// <summary>Time it took, in seconds.</summary>
    public required double Seconds { get; init; }

    /// <summary>Requests that failed.</summary>
    public long Errors { get; init; }

    /// <summary>What the callers waited, in nanoseconds; null where it is not known.</summary>
    public HistogramBase? Latency { get; init; }

    /// <summary>
    /// Processor time of the server, in seconds, over <see cref="CpuRequests"/> requests; null where there is none.
    /// </summary>
    public double? CpuSeconds { get; init; }

    /// <summary>
    /// Requests that <see cref="CpuSeconds"/> was spent on: those of the warm-up too, when the server cannot tell.
    /// </summary>
    public long CpuRequests { get; init; }

    /// <summary>
    /// System calls of the server per request, of a run that was made for it alone; null unless it was watched and they
    /// could be counted.
    /// </summary>
    public double? SystemCallsPerRequest { get; init; }

    /// <summary>What became of the requests; null for what is not IoMerge.</summary>
    public MergeFacts? Merging { get; init; }

    /// <summary>Each of the callers.</summary>
    public IReadOnlyList<CallerFacts> Callers { get; init; } = [];

    /// <summary>The queue over time; empty unless it was watched.</summary>
    public IReadOnlyList<DepthSample> QueueDepth { get; init; } = [];

    /// <summary>A stretch of the round, request by request; null unless it was watched.</summary>
    public ElevatorPicture? Picture { get; init; }
}
