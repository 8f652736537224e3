using IoMerge.Benchmark.Runs;

namespace IoMerge.Benchmark.Matrix.Rounds;

/// <summary>How a matrix is run.</summary>
public sealed record MatrixPlan
{
    /// <summary>The rows.</summary>
    public required IReadOnlyList<WorkloadSpec> Workloads { get; init; }

    /// <summary>How often each combination is measured, 1 or more.</summary>
    public required int Rounds { get; init; }

    /// <summary>How each round is made.</summary>
    public required RoundOptions Round { get; init; }

    /// <summary>
    /// A last short look at the queue and the elevator, after all rounds, because looking costs throughput; null for
    /// none.
    /// </summary>
    public RoundOptions? Look { get; init; }
}
