namespace IoMerge.Benchmark.Results;

/// <summary>
/// Everything that one run of a benchmark found out, however it was made (mounted, in process, replayed): what is
/// printed, saved as JSON and CSV, and drawn as a page. Plain values; it knows nothing of how they were measured.
/// </summary>
public sealed record BenchmarkReport
{
    /// <summary>The version of this shape that this program writes and reads.</summary>
    public const int CurrentFormatVersion = 1;

    /// <summary>Version of the shape.</summary>
    public required int FormatVersion { get; init; }

    /// <summary>What was asked, in a few words.</summary>
    public required string Title { get; init; }

    /// <summary>The command line that repeats it.</summary>
    public required string Command { get; init; }

    /// <summary>When it began.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>How long it took, in seconds.</summary>
    public required double DurationSeconds { get; init; }

    /// <summary>False when it was stopped before all rounds were made; what was measured until then is here.</summary>
    public required bool IsComplete { get; init; }

    /// <summary>Where it ran.</summary>
    public required MachineFacts Machine { get; init; }

    /// <summary>The strategies compared, peers and raw stores among them, in the order of columns.</summary>
    public required IReadOnlyList<StrategyFacts> Strategies { get; init; }

    /// <summary>The workloads, in the order of rows.</summary>
    public required IReadOnlyList<WorkloadFacts> Workloads { get; init; }

    /// <summary>The stores.</summary>
    public required IReadOnlyList<StoreFacts> Stores { get; init; }

    /// <summary>What was measured: one for each combination that was run.</summary>
    public required IReadOnlyList<Cell> Cells { get; init; }

    /// <summary>What could not be run, and why.</summary>
    public IReadOnlyList<LeftOut> LeftOut { get; init; } = [];

    /// <summary>Sentences that a reader of the figures must know.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>The strategies that won, when asked for.</summary>
    public IReadOnlyList<Recommendation> Recommendations { get; init; } = [];

    /// <summary>Figures published elsewhere that stand beside the measured ones, such as those of 2013.</summary>
    public IReadOnlyList<ReferenceFigure> References { get; init; } = [];
}
