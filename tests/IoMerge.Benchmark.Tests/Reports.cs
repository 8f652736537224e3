using IoMerge.Benchmark.Results;

namespace IoMerge.Benchmark.Tests;

/// <summary>Small reports for tests: the figures that matter to them, and nothing else.</summary>
internal static class Reports
{
    /// <summary>A cell with these requests per second in its rounds, 4 KiB each.</summary>
    internal static Cell Cell(string strategy, string workload, params double[] iops) => new()
    {
        Strategy = strategy,
        Workload = workload,
        Store = "memory",
        Kind = RunKind.InProcess,
        Iops = Measure.Of(iops),
        BytesPerSecond = Measure.Of([.. iops.Select(value => value * 4096)]),
    };

    /// <summary>A strategy of these settings, each <c>KEY=VALUE</c>.</summary>
    internal static StrategyFacts Strategy(string name, params string[] settings) => new(
        name, StrategyKind.Strategy, "A sentence.",
        settings.Select(setting => setting.Split('=')).ToDictionary(parts => parts[0], parts => parts[1]));

    /// <summary>A report of these cells; strategies that are not given have no settings.</summary>
    internal static BenchmarkReport Of(IReadOnlyList<Cell> cells, params StrategyFacts[] strategies) => new()
    {
        FormatVersion = BenchmarkReport.CurrentFormatVersion,
        Title = "A comparison",
        Command = "iomerge bench",
        StartedAt = DateTimeOffset.UnixEpoch,
        DurationSeconds = 1,
        IsComplete = true,
        Machine = new MachineFacts("A processor", 2, 1 << 30, "Linux 6.1", ".NET 10", "0.1.0", []),
        Strategies = [.. strategies, .. cells.Select(cell => cell.Strategy).Distinct()
            .Where(name => strategies.All(strategy => strategy.Name != name)).Select(name => Strategy(name))],
        Workloads =
            [.. cells.Select(cell => cell.Workload).Distinct().Select(name => new WorkloadFacts(name, "A row."))],
        Stores = [new StoreFacts("memory", "A store.")],
        Cells = cells,
    };

    /// <summary>Facts of merging in which so many requests travelled in so many operations.</summary>
    internal static MergeFacts Merging(
        long requests, long operations, long? optimum = null, params (string Reason, long Count)[] refusals) => new()
    {
        Requests = requests,
        Operations = operations,
        OptimalOperations = optimum,
        BytesRequested = requests * 4096,
        BytesMoved = requests * 4096,
        GapBytes = 0,
        BackMerges = requests - operations,
        FrontMerges = 0,
        OverlapMerges = 0,
        GapMerges = 0,
        Refusals = refusals.ToDictionary(refusal => refusal.Reason, refusal => refusal.Count),
    };
}
