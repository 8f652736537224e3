using IoMerge.Benchmark.Matrix.Rounds;
using IoMerge.Benchmark.Results;
using IoMerge.Benchmark.Runs;

namespace IoMerge.Benchmark.Mounted;

/// <summary>A store of mounted runs as a matrix takes it.</summary>
/// <param name="runs">What starts columns; outlives the store.</param>
/// <param name="store">A name as in <see cref="MountedRuns.StoreGrammar"/>.</param>
/// <param name="columns">The columns, settings of IoMerge and others.</param>
public sealed class MountedStore(MountedRuns runs, string store, IReadOnlyList<StrategyFacts> columns) : IStorePlan
{
    /// <inheritdoc/>
    public StoreFacts Store { get; } = MountedRuns.Describe(store)
        ?? throw new FormatException($"There is no store \"{store}\" for mounted runs. There are: "
            + $"{MountedRuns.StoreGrammar}");

    /// <inheritdoc/>
    public RunKind Kind => RunKind.Mounted;

    /// <inheritdoc/>
    public IReadOnlyList<StrategyFacts> Columns => columns;

    /// <inheritdoc/>
    public Task<IRunTarget> StartAsync(StrategyFacts column, CancellationToken stop) =>
        runs.StartAsync(column, store, stop);

    /// <summary>Does nothing: each column removes its own store.</summary>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
