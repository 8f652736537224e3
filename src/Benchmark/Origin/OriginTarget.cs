using IoMerge.Benchmark.Mounted.Targets;
using IoMerge.Benchmark.Results;
using IoMerge.Benchmark.Runs;

namespace IoMerge.Benchmark.Origin;

/// <summary>A mount that is driven by the programs of the origin's table instead of a workload of its own.</summary>
/// <param name="target">The mount.</param>
/// <param name="passes">How often a round goes through the file, 1 or more; how long that takes is the figure.</param>
internal sealed class OriginTarget(DrivenTarget target, int passes) : IRunTarget
{
    public StrategyFacts Strategy => target.Strategy;

    public StoreFacts Store => target.Store;

    public Task<RoundResult> RunRoundAsync(WorkloadSpec workload, RoundOptions options, CancellationToken stop)
    {
        OriginTable.Row row = OriginTable.Rows.Single(row => row.Facts.Name == workload.Name);
        return target.RunAsync(workload.Name, (_, _) => Task.CompletedTask,
            (server, stopping) => OriginLoad.RunAsync(row, server, passes, stopping), stop);
    }

    public ValueTask DisposeAsync() => target.DisposeAsync();
}
