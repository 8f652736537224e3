using IoMerge.Benchmark.Output;
using IoMerge.Benchmark.Results;
using IoMerge.Scheduler;

namespace IoMerge.Benchmark.Recommendations;

/// <summary>
/// Names the strategy that won for each workload and store of a report. What ties with the winner within the noise is
/// as good; among those the one nearest to the default settings is named. Pure.
/// </summary>
public static class Recommender
{
    /// <summary>The winners, in the order of stores and workloads; what was not measured has none.</summary>
    public static IReadOnlyList<Recommendation> Recommend(BenchmarkReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        Dictionary<string, StrategyFacts> strategies = report.Strategies
            .Where(strategy => strategy.Kind == StrategyKind.Strategy).ToDictionary(strategy => strategy.Name);
        var recommendations = new List<Recommendation>();
        foreach (StoreFacts store in report.Stores)
        foreach (WorkloadFacts workload in report.Workloads)
        {
            Candidate[] candidates = [.. report.Cells
                .Where(cell => cell.Store == store.Name && cell.Workload == workload.Name && cell.Errors == 0)
                .Where(cell => strategies.ContainsKey(cell.Strategy))
                .Select(cell => new Candidate(strategies[cell.Strategy], cell))];
            if (candidates.Length > 0)
                recommendations.Add(Choose(candidates));
        }
        return recommendations;
    }

    private static Recommendation Choose(Candidate[] candidates)
    {
        Candidate fastest = candidates.MaxBy(candidate => candidate.Cell.Iops.Median)!;
        Candidate[] equals = [.. candidates.Where(
            candidate => candidate == fastest || Comparison.IsTie(fastest.Cell.Iops, candidate.Cell.Iops))];
        // Stable: among equally plain ones the fastest, then the first column.
        Candidate winner = equals
            .OrderBy(candidate => DistanceFromDefaults(candidate.Strategy.Settings))
            .ThenByDescending(candidate => candidate.Cell.Iops.Median)
            .First();
        return new Recommendation(
            winner.Cell.Workload, winner.Cell.Store, winner.Strategy.Name,
            [.. Reasons(winner, equals, candidates)], SettingsFragment.Write(winner.Strategy.Settings));
    }

    /// <summary>How many settings of a strategy are not the default.</summary>
    internal static int DistanceFromDefaults(IReadOnlyDictionary<string, string> settings)
    {
        var defaults = new SchedulerOptions();
        return settings.Count(setting => SchedulerOptionsValidator.Rules
            .FirstOrDefault(rule => $"Scheduler:{rule.Key}".Equals(setting.Key, StringComparison.OrdinalIgnoreCase))
            is not { } known || !known.Format(defaults).Equals(setting.Value, StringComparison.OrdinalIgnoreCase));
    }

    private static IEnumerable<string> Reasons(Candidate winner, Candidate[] equals, Candidate[] all)
    {
        Cell cell = winner.Cell;
        string throughput = Figure.WithInterval(cell.Iops, Figure.Count);
        yield return $"{throughput} requests/s, {Figure.Rate(cell.BytesPerSecond.Median)}.";
        string[] ties = [.. equals.Where(other => other != winner).Select(other => other.Strategy.Name)];
        if (ties.Length > 0)
            yield return $"Within the noise of it: {string.Join(", ", ties)}; "
                + (DistanceFromDefaults(winner.Strategy.Settings) == 0
                    ? "the default is preferred." : "the plainer setting is preferred.");
        Candidate[] beaten = [.. all.Except(equals).OrderByDescending(other => other.Cell.Iops.Median)];
        if (beaten.Length > 0)
            yield return Beats(winner, beaten[0]);
        if (beaten.Length > 1)
            yield return Beats(winner, beaten[^1]);
        if (cell.Latency is { } latency)
            yield return $"A request takes {Figure.Time(latency.P50Us)} (p50), {Figure.Time(latency.P99Us)} (p99), "
                + $"{Figure.Time(latency.P999Us)} (p99.9).";
        if (cell.Merging is { Operations: > 0 } merging)
            yield return $"{Figure.Ratio(merging.MergeRatio)} requests travel in one operation"
                + (cell.OperationsPerOptimum is { } times
                    ? $"; {Figure.Ratio(times)} times the fewest operations possible."
                    : ".");
        if (winner.Cell.Iops.Rounds.Count < 3)
            yield return "Fewer than three rounds show nothing of the noise: differences below 10 % count as none.";
    }

    private static string Beats(Candidate winner, Candidate other)
    {
        Measure ratio = Comparison.RatioOf(winner.Cell.Iops, other.Cell.Iops);
        return $"{Figure.WithInterval(ratio, Figure.Ratio)} times {other.Strategy.Name}, which makes "
            + $"{Figure.Count(other.Cell.Iops.Median)}.";
    }

    private sealed record Candidate(StrategyFacts Strategy, Cell Cell);
}
