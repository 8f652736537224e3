using IoMerge.Benchmark.Matrix.Workloads;
using IoMerge.Benchmark.Results;

namespace IoMerge.Mount.Commands.Bench;

/// <summary>
/// Whether a comparison is what was asked for. A store that is run when none is named may be missing where a machine
/// does not have it, and another server where it is not installed or has no place on a store; the report says so, and
/// all is well. What a person named, or what began and failed, may not.
/// </summary>
internal static class BenchVerdict
{
    /// <summary>Whether nothing of it is missing.</summary>
    public static bool IsWhole(BenchmarkReport report, BenchSettings settings)
    {
        bool HasCell(Func<Cell, bool> predicate) => report.Cells.Any(predicate);
        string[] stores =
            [.. report.Stores.Select(store => store.Name).Where(store => HasCell(cell => cell.Store == store))];
        StrategyFacts[] strategies = [.. report.Strategies.Where(column => column.Kind == StrategyKind.Strategy)];
        return report.Cells.Count > 0
            && settings.Stores.All(stores.Contains)
            && settings.FioJobs.Select(FileWorkload.OfFioJob).All(job => HasCell(cell => cell.Workload == job.Name))
            && (!settings.Peers || report.Strategies.Except(strategies)
                .Any(other => HasCell(cell => cell.Strategy == other.Name)))
            && stores.All(store => report.Workloads.All(workload => strategies.All(strategy => HasCell(cell =>
                cell.Store == store && cell.Workload == workload.Name && cell.Strategy == strategy.Name))));
    }
}
