using System.Diagnostics;
using IoMerge.Benchmark.Mounted.Fio;
using IoMerge.Benchmark.Mounted.Programs;
using IoMerge.Benchmark.Results;
using IoMerge.Benchmark.Runs;
using IoMerge.Scheduler;

namespace IoMerge.Benchmark.Mounted.Targets;

/// <summary>
/// A column that other programs drive, fio above all: warm-up and measurement are two runs of them, so that the
/// server's processor time and the scheduler's books are those of the measured interval alone.
/// </summary>
/// <param name="strategy">The column.</param>
/// <param name="store">The store.</param>
/// <param name="start">Starts the server.</param>
/// <param name="logs">The traces as fio reads them.</param>
/// <param name="look">How it is looked into; null for what is not IoMerge.</param>
/// <param name="calls">Counts the server's system calls in a run of their own, after a look.</param>
/// <param name="staysUp">
/// False when columns cannot be up side by side, because they share one volume: then it is up for each round only.
/// </param>
internal sealed class DrivenTarget(StrategyFacts strategy, StoreFacts store,
    Func<CancellationToken, Task<IServer>> start, TraceLogs logs, RecordedLook? look,
    SystemCallCounter calls, bool staysUp) : IRunTarget
{
    private static readonly TimeSpan s_watchStep = TimeSpan.FromMilliseconds(20);

    private IServer? _server;

    public StrategyFacts Strategy => strategy;

    public StoreFacts Store => store;

    /// <summary>Starts the server, so that what is wrong with it shows at once.</summary>
    public async Task StartAsync(CancellationToken stop)
    {
        _server = await start(stop).ConfigureAwait(false);
        if (!staysUp)
            await DisposeAsync().ConfigureAwait(false);
    }

    public async Task<RoundResult> RunRoundAsync(
        WorkloadSpec workload, RoundOptions options, CancellationToken stop)
    {
        RoundResult result = await (options.Watch && look is not null
            ? GuardAsync(workload.Name, () => look.RunAsync(workload, server => PrepareAsync(server, stop),
                server => MeasureAsync(server, LoadAsync, isWatched: true, stop), stop))
            : RunAsync(workload.Name, PrepareAsync, LoadAsync, stop)).ConfigureAwait(false);
        return !options.Watch ? result : result with
        {
            SystemCallsPerRequest = await CountCallsAsync(workload, options.Duration, stop).ConfigureAwait(false),
        };

        async Task PrepareAsync(IServer server, CancellationToken stopping)
        {
            if (options.WarmUp > TimeSpan.Zero)
                await FioAsync(server, workload, options.WarmUp, stopping).ConfigureAwait(false);
        }

        Task<LoadResult> LoadAsync(IServer server, CancellationToken stopping) =>
            FioAsync(server, workload, options.Duration, stopping);
    }

    /// <summary>Measures any load.</summary>
    /// <param name="what">Its name, for messages.</param>
    /// <param name="prepare">What comes before the clock runs.</param>
    /// <param name="load">What is measured.</param>
    /// <param name="stop">Ends it.</param>
    /// <exception cref="RunException">It could not be carried out.</exception>
    public async Task<RoundResult> RunAsync(string what, Func<IServer, CancellationToken, Task> prepare,
        Func<IServer, CancellationToken, Task<LoadResult>> load, CancellationToken stop)
    {
        try
        {
            return await GuardAsync(what, async () =>
            {
                IServer server = _server ??= await start(stop).ConfigureAwait(false);
                await prepare(server, stop).ConfigureAwait(false);
                return await MeasureAsync(server, load, isWatched: false, stop).ConfigureAwait(false);
            }).ConfigureAwait(false);
        }
        finally
        {
            if (!staysUp)
                await DisposeAsync().ConfigureAwait(false);
        }
    }

    public async ValueTask DisposeAsync()
    {
        IServer? server = _server;
        _server = null;
        if (server is not null)
            await server.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>
    /// System calls per request of a server that nobody looks into meanwhile; null where they cannot be counted. The
    /// warm-up is the run before.
    /// </summary>
    private async Task<double?> CountCallsAsync(WorkloadSpec workload, TimeSpan duration, CancellationToken stop)
    {
        if (strategy.Kind == StrategyKind.Raw
            || await calls.FindAsync(stop).ConfigureAwait(false) == SystemCallCounting.Impossible)
            return null;
        double? perRequest = null;
        await RunAsync(workload.Name, (_, _) => Task.CompletedTask, async (server, stopping) =>
        {
            (long? count, LoadResult load) = await calls.CountAsync(server.Processes,
                wrap => FioAsync(server, workload, duration, stopping, wrap), stopping).ConfigureAwait(false);
            perRequest = load.Requests > 0 ? (double?)count / load.Requests : null;
            return load;
        }, stop).ConfigureAwait(false);
        return perRequest;
    }

    private async Task<RoundResult> GuardAsync(string what, Func<Task<RoundResult>> act)
    {
        try
        {
            return await act().ConfigureAwait(false);
        }
        catch (IOException e)
        {
            throw new RunException(new LeftOut($"{what} with {strategy.Name} on {store.Name}", e.Message,
                "The other columns are not affected."), e);
        }
    }

    private static async Task<RoundResult> MeasureAsync(IServer server,
        Func<IServer, CancellationToken, Task<LoadResult>> load, bool isWatched, CancellationToken stop)
    {
        SchedulerSnapshot? before = await server.LookAsync(stop).ConfigureAwait(false);
        double? cpuBefore = server.CpuSeconds;
        Task<LoadResult> run = load(server, stop);
        IReadOnlyList<DepthSample> depth = isWatched && before is not null
            ? await WatchAsync(server, run, stop).ConfigureAwait(false) : [];
        LoadResult result = await run.ConfigureAwait(false);
        double? cpuAfter = server.CpuSeconds;
        SchedulerSnapshot? after = await server.LookAsync(stop).ConfigureAwait(false);
        return new RoundResult
        {
            Requests = result.Requests,
            Bytes = result.Bytes,
            Seconds = result.Seconds,
            Errors = result.Errors,
            Latency = result.Latency,
            CpuSeconds = cpuAfter - cpuBefore,
            CpuRequests = result.Requests,
            Merging = after is null ? null : MergeFacts.Between(before, after),
            Callers = result.Callers,
            QueueDepth = depth,
        };
    }

    private static async Task<IReadOnlyList<DepthSample>> WatchAsync(IServer server, Task run, CancellationToken stop)
    {
        var samples = new List<DepthSample>();
        long start = Stopwatch.GetTimestamp();
        while (await Task.WhenAny(run, Task.Delay(s_watchStep, stop)).ConfigureAwait(false) != run && !run.IsCompleted)
        {
            double atMs = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            if (await server.LookAsync(stop).ConfigureAwait(false) is { } books)
                samples.Add(new DepthSample(atMs, books.Queued + books.Parked, books.InFlight));
        }
        return samples;
    }

    private async Task<LoadResult> FioAsync(IServer server, WorkloadSpec workload, TimeSpan duration,
        CancellationToken stop, Func<CommandWords, CommandWords>? wrap = null)
    {
        var place = new FioCommand.Place(server.File, server.Bytes, duration, server.Image);
        return LoadResult.Of(
            await FioRunner.RunAsync(workload, place, logs, server.ClientGroup, stop, wrap).ConfigureAwait(false));
    }
}
