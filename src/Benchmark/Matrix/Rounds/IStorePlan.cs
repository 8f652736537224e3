using IoMerge.Benchmark.Results;
using IoMerge.Benchmark.Runs;

namespace IoMerge.Benchmark.Matrix.Rounds;

/// <summary>
/// A store that is going to be measured, with the columns that can be started on it: the seam between the driver of
/// rounds, which knows no stores, and whoever makes them. Disposing removes what the store needed.
/// </summary>
public interface IStorePlan : IAsyncDisposable
{
    /// <summary>The store.</summary>
    StoreFacts Store { get; }

    /// <summary>How its cells are measured.</summary>
    RunKind Kind { get; }

    /// <summary>The columns, in their order.</summary>
    IReadOnlyList<StrategyFacts> Columns { get; }

    /// <summary>Starts a column.</summary>
    /// <exception cref="RunException">It cannot be started.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    Task<IRunTarget> StartAsync(StrategyFacts column, CancellationToken stop);
}
