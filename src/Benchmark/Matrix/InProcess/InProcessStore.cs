using IoMerge.Backends;
using IoMerge.Benchmark.Matrix.Rounds;
using IoMerge.Benchmark.Results;
using IoMerge.Benchmark.Runs;
using IoMerge.Scheduler;

namespace IoMerge.Benchmark.Matrix.InProcess;

/// <summary>
/// A store that all columns share in this process. When the first column starts it is opened, and filled unless it is
/// read-only: then nothing is allocated, extended or first touched while the clock runs.
/// </summary>
/// <param name="facts">What it is.</param>
/// <param name="columns">The columns, each with what its elevator is set to.</param>
/// <param name="open">Opens it.</param>
/// <param name="mostBytes">How much of it is used, from its beginning.</param>
public sealed class InProcessStore(
    StoreFacts facts, IReadOnlyList<(StrategyFacts Facts, SchedulerOptions Options)> columns, Func<IBackend> open,
    long mostBytes)
    : IStorePlan
{
    private IBackend? _backend;
    private RunException? _fault;

    /// <inheritdoc/>
    public StoreFacts Store => facts;

    /// <inheritdoc/>
    public RunKind Kind => RunKind.InProcess;

    /// <inheritdoc/>
    public IReadOnlyList<StrategyFacts> Columns { get; } = [.. columns.Select(column => column.Facts)];

    /// <inheritdoc/>
    public async Task<IRunTarget> StartAsync(StrategyFacts column, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(column);
        _backend ??= await OpenAsync(stop).ConfigureAwait(false);
        SchedulerOptions options = columns.First(known => known.Facts == column).Options;
        return new InProcessTarget(column, facts, _backend, mostBytes, options);
    }

    /// <summary>Closes it.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_backend is { } backend)
            await backend.DisposeAsync().ConfigureAwait(false);
        _backend = null;
    }

    private async Task<IBackend> OpenAsync(CancellationToken stop)
    {
        // The second column would fail in the same way, after the same time.
        if (_fault is not null)
            throw _fault;
        IBackend? backend = null;
        try
        {
            backend = open();
            if (!backend.Geometry.IsReadOnly)
                await StoreFiller.FillAsync(backend, mostBytes, stop).ConfigureAwait(false);
            return backend;
        }
        catch (Exception exception)
        {
            if (backend is not null)
                await backend.DisposeAsync().ConfigureAwait(false);
            if (exception is not (BackendOpenException or StoreIOException))
                throw;
            _fault = new RunException(
                new LeftOut(facts.Name, exception.Message, "The other stores are not affected."), exception);
            throw _fault;
        }
    }
}
