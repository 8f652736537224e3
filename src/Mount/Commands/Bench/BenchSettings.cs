using IoMerge.Benchmark.Matrix.Columns;
using IoMerge.Benchmark.Output;

namespace IoMerge.Mount.Commands.Bench;

/// <summary>What the command line of <c>iomerge bench</c> asks for.</summary>
internal sealed record BenchSettings
{
    /// <summary>Whether only a list is wanted.</summary>
    public required bool IsList { get; init; }

    /// <summary>Whether a quick look is enough.</summary>
    public required bool IsQuick { get; init; }

    /// <summary>Rounds of each combination.</summary>
    public required int Rounds { get; init; }

    /// <summary>Seconds that each round measures.</summary>
    public required double Seconds { get; init; }

    /// <summary>Lists of settings whose product is compared.</summary>
    public required StrategyGrid Grid { get; init; }

    /// <summary>Single strategies.</summary>
    public required IReadOnlyList<string> Strategies { get; init; }

    /// <summary>Names and patterns of workloads.</summary>
    public required IReadOnlyList<string> Workloads { get; init; }

    /// <summary>Traces that are workloads.</summary>
    public required IReadOnlyList<string> Traces { get; init; }

    /// <summary>Job files that are workloads.</summary>
    public required IReadOnlyList<string> FioJobs { get; init; }

    /// <summary>Stores; empty for the defaults of the kind of run.</summary>
    public required IReadOnlyList<string> Stores { get; init; }

    /// <summary>Size of a store.</summary>
    public required long StoreBytes { get; init; }

    /// <summary>Folder of the store on a disk.</summary>
    public required string Folder { get; init; }

    /// <summary>Whether data may be overwritten.</summary>
    public required bool Overwrite { get; init; }

    /// <summary>The configuration with volumes; null for none.</summary>
    public required string? ConfigFile { get; init; }

    /// <summary>Through mounts or in process; null when nobody said.</summary>
    public required bool? Mounted { get; init; }

    /// <summary>Whether columns that are not IoMerge are wanted.</summary>
    public required bool Peers { get; init; }

    /// <summary>Whether a choice is wanted.</summary>
    public required bool Recommend { get; init; }

    /// <summary>Where the report goes.</summary>
    public required ReportPaths Paths { get; init; }
}
