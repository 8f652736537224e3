using IoMerge.Benchmark.Matrix.Rounds;
using IoMerge.Benchmark.Mounted;
using IoMerge.Benchmark.Results;
using IoMerge.Benchmark.Runs;

namespace IoMerge.Benchmark.Origin;

/// <summary>The tmpfs of the origin's table as a matrix takes it.</summary>
/// <param name="columns">The mounts to compare.</param>
/// <param name="start">Starts one of them; a round of it is a row of the table, by its name.</param>
internal sealed class OriginStore(
    IReadOnlyList<StrategyFacts> columns, Func<StrategyFacts, CancellationToken, Task<IRunTarget>> start) : IStorePlan
{
    /// <summary>Its name.</summary>
    internal const string Name = "tmpfs";

    public StoreFacts Store { get; } = MountedRuns.Describe(Name)!;

    public RunKind Kind => RunKind.Mounted;

    public IReadOnlyList<StrategyFacts> Columns => columns;

    public Task<IRunTarget> StartAsync(StrategyFacts column, CancellationToken stop) => start(column, stop);

    /// <summary>Does nothing: each column removes its own store.</summary>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
