using IoMerge.Benchmark.Recommendations;
using IoMerge.Benchmark.Results;

namespace IoMerge.Benchmark.Tests.Recommendations;

/// <summary>Which strategy is named, and with which reasons.</summary>
public sealed class RecommenderTests
{
    private static readonly StrategyFacts Default = Reports.Strategy("Deadline", "Scheduler:Policy=Deadline");
    private static readonly StrategyFacts Scan = Reports.Strategy("Scan", "Scheduler:Policy=Scan");

    private static readonly StrategyFacts Turned =
        Reports.Strategy("turned", "Scheduler:Policy=Scan", "Scheduler:Depth=4");

    [Fact]
    public void TheFastest_Wins_WithItsRatioToTheOthers()
    {
        Recommendation chosen = Choose(
            [Reports.Cell("Deadline", "w", 100, 100, 100), Reports.Cell("Scan", "w", 300, 310, 290)]);

        Assert.Equal("Scan", chosen.Strategy);
        Assert.StartsWith("300 (290–310) requests/s", chosen.Reasons[0], StringComparison.Ordinal);
        Assert.Contains("3.00 (2.90–3.10) times Deadline, which makes 100.", chosen.Reasons);
    }

    [Fact]
    public void WithinTheNoise_TheDefaultIsPreferred_AndTheTieIsSaid()
    {
        Recommendation chosen = Choose(
            [Reports.Cell("Scan", "w", 110, 90, 105), Reports.Cell("Deadline", "w", 100, 100, 100)]);

        Assert.Equal("Deadline", chosen.Strategy);
        Assert.Contains("Within the noise of it: Scan; the default is preferred.", chosen.Reasons);
    }

    [Fact]
    public void WithinTheNoise_TheFewestSettingsArePreferred()
    {
        Recommendation chosen = Choose(
            [Reports.Cell("turned", "w", 110, 90, 105), Reports.Cell("Scan", "w", 100, 100, 100)]);

        Assert.Equal("Scan", chosen.Strategy);
    }

    [Fact]
    public void WhoFailedRequests_IsNeverNamed()
    {
        Recommendation chosen = Choose(
        [
            Reports.Cell("Scan", "w", 900, 900, 900) with { Errors = 1 }, Reports.Cell("Deadline", "w", 100, 100, 100),
        ]);

        Assert.Equal("Deadline", chosen.Strategy);
    }

    [Fact]
    public void RawStoresAndPeers_AreNeverNamed()
    {
        Cell[] cells = [Reports.Cell("raw", "w", 900, 900, 900), Reports.Cell("Scan", "w", 100, 100, 100)];
        var raw = new StrategyFacts("raw", StrategyKind.Raw, "", new Dictionary<string, string>());

        Recommendation chosen = Assert.Single(Recommender.Recommend(Reports.Of(cells, Scan, raw)));

        Assert.Equal("Scan", chosen.Strategy);
    }

    [Fact]
    public void EachWorkload_GetsItsOwn_AndWhatWasNotMeasuredNone()
    {
        BenchmarkReport report = Reports.Of(
            [Reports.Cell("Scan", "a", 2, 2, 2), Reports.Cell("Deadline", "b", 2, 2, 2)], Default, Scan);
        report = report with { Workloads = [.. report.Workloads, new WorkloadFacts("c", "Never run.")] };

        Assert.Equal(
            [("a", "Scan"), ("b", "Deadline")],
            Recommender.Recommend(report).Select(chosen => (chosen.Workload, chosen.Strategy)));
    }

    [Fact]
    public void Merging_IsAReason_WithTheOptimum()
    {
        Cell cell = Reports.Cell("Scan", "w", 100, 100, 100) with { Merging = Reports.Merging(3200, 110, 100) };

        Assert.Contains(
            "29.1 requests travel in one operation; 1.10 times the fewest operations possible.",
            Choose([cell]).Reasons);
    }

    [Fact]
    public void SettingsThatAreTheDefault_CostNothing()
    {
        StrategyFacts plain = Reports.Strategy("x", "Scheduler:Policy=deadline", "Scheduler:Merge:MaxBytes=1MiB");

        Assert.Equal(0, Recommender.DistanceFromDefaults(plain.Settings));
        Assert.Equal(2, Recommender.DistanceFromDefaults(Turned.Settings));
    }

    private static Recommendation Choose(IReadOnlyList<Cell> cells) =>
        Assert.Single(Recommender.Recommend(Reports.Of(cells, Default, Scan, Turned)));
}
