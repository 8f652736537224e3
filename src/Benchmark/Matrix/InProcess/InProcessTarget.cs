using HdrHistogram;
using IoMerge.Backends;
using IoMerge.Benchmark.Optimum;
using IoMerge.Benchmark.Results;
using IoMerge.Benchmark.Runs;
using IoMerge.Scheduler;

namespace IoMerge.Benchmark.Matrix.InProcess;

/// <summary>
/// A column without a mount: the real elevator before a real store, driven by clients in this process. What it leaves
/// out is FUSE and the kernel. One round at a time.
/// </summary>
internal sealed class InProcessTarget : IRunTarget
{
    private readonly ElevatorRecorder _recorder = new();
    private readonly IoScheduler _scheduler;
    private int _round;

    /// <param name="strategy">The column.</param>
    /// <param name="store">The store, for the report.</param>
    /// <param name="backend">The store itself, which stays open.</param>
    /// <param name="mostBytes">How much of it is used.</param>
    /// <param name="options">What the column's elevator is set to.</param>
    internal InProcessTarget(
        StrategyFacts strategy, StoreFacts store, IBackend backend, long mostBytes, SchedulerOptions options)
    {
        Strategy = strategy;
        Store = store;
        _scheduler = new IoScheduler(new SharedBackend(backend, mostBytes, _recorder), options);
    }

    public StrategyFacts Strategy { get; }

    public StoreFacts Store { get; }

    public async Task<RoundResult> RunRoundAsync(WorkloadSpec workload, RoundOptions options, CancellationToken stop)
    {
        if (workload.FioJobFile is not null)
            throw new RunException(new LeftOut(workload.Name, "A job file needs fio, and fio needs a mount.",
                "Run it with --mounted."));
        if (workload.ReadPercent < 100 && _scheduler.Backend.Geometry.IsReadOnly)
            throw new RunException(new LeftOut(workload.Name, "The store is read-only, and the workload writes.",
                "Choose workloads that read, or leave readonly away."));
        var time = new MeasuredTime();
        // Every column meets the same walks in its first round, and others in its second.
        int seed = _round++;
        SchedulerSnapshot start = _scheduler.GetSnapshot();
        List<ClientDriver> drivers = CreateDrivers(workload, time, seed);
        try
        {
            (RoundResult result, SchedulerSnapshot before) =
                await DriveAsync(drivers, time, options, workload.Streams, stop).ConfigureAwait(false);
            MergeFacts merging = result.Merging!;
            long? optimum = FindOptimum(
                drivers, workload, seed, MergeFacts.Between(start, before).Requests, merging.Requests);
            return result with { Merging = merging with { OptimalOperations = optimum } };
        }
        finally
        {
            drivers.ForEach(driver => driver.Dispose());
        }
    }

    public ValueTask DisposeAsync() => _scheduler.DisposeAsync();

    private List<ClientDriver> CreateDrivers(WorkloadSpec workload, MeasuredTime time, int seed)
    {
        (string Name, IRequestWalk Walk)[] clients = [.. Enumerable.Range(0, workload.Streams)
            .Select(stream => (NameOf(stream), CreateWalk(workload, stream, seed)))];
        if (clients.Any(client => !client.Walk.HasRoom))
            throw new RunException(new LeftOut(workload.Name,
                $"The store has {_scheduler.Backend.Size} bytes, too few for {workload.Streams} streams.",
                "Take a larger store, see --size."));
        int count = Math.Min(workload.Streams, Environment.ProcessorCount);
        return [.. Enumerable.Range(0, count).Select(driver => new ClientDriver(_scheduler, workload,
            [.. clients.Where((_, stream) => stream % count == driver)], time, _recorder))];
    }

    private static string NameOf(int stream) => $"stream {stream + 1}";

    private long? FindOptimum(
        List<ClientDriver> drivers, WorkloadSpec workload, int seed, long before, long inside)
    {
        Dictionary<string, long> sent =
            drivers.SelectMany(driver => driver.Streams).ToDictionary(stream => stream.Name, stream => stream.Sent);
        WalkOptimum.Part[] parts = [.. Enumerable.Range(0, workload.Streams).Select(
            stream => new WalkOptimum.Part(CreateWalk(workload, stream, seed), sent[NameOf(stream)]))];
        try
        {
            var limits = OptimumLimits.Of(_scheduler.Options, _scheduler.Backend.Geometry);
            return WalkOptimum.Count(limits, workload.Depth, parts, before, inside);
        }
        finally
        {
            Array.ForEach(parts, part => part.Walk.Dispose());
        }
    }

    private IRequestWalk CreateWalk(WorkloadSpec workload, int stream, int seed)
    {
        long size = _scheduler.Backend.Size;
        int grain = Math.Max(512, _scheduler.Backend.Geometry.BlockSize);
        return workload.TraceFile is { } trace
            ? new TraceWalk(trace, workload.BlockBytes, size, grain)
            : new OffsetWalk(workload, stream, size, grain, seed);
    }

    private async Task<(RoundResult Result, SchedulerSnapshot Before)> DriveAsync(List<ClientDriver> drivers,
        MeasuredTime time, RoundOptions options, int streams, CancellationToken stop)
    {
        Thread[] threads = [.. drivers.Select(
            driver => new Thread(driver.Run) { IsBackground = true, Name = "iomerge-bench-client" })];
        Array.ForEach(threads, thread => thread.Start());
        SchedulerSnapshot before, after;
        TimeSpan cpu;
        QueueWatch? watch = null;
        ElevatorPicture? picture = null;
        try
        {
            await Task.Delay(options.WarmUp, stop).ConfigureAwait(false);
            if (options.Watch)
            {
                watch = QueueWatch.Start(_scheduler);
                _recorder.Begin();
            }
            before = _scheduler.GetSnapshot();
            cpu = Environment.CpuUsage.TotalTime;
            time.Begin();
            await Task.Delay(options.Duration, stop).ConfigureAwait(false);
            time.End();
            cpu = Environment.CpuUsage.TotalTime - cpu;
            after = _scheduler.GetSnapshot();
        }
        finally
        {
            time.Stop();
            picture = options.Watch ? _recorder.End() : null;
            Array.ForEach(threads, thread => thread.Join());
        }
        IReadOnlyList<DepthSample> depth = watch?.Stop() ?? [];
        if (drivers.Find(driver => driver.Fault is not null) is { } broken)
            throw new InvalidOperationException("A client broke down.", broken.Fault);
        RoundResult sum = Sum(drivers, time, MergeFacts.Between(before, after), cpu, streams);
        return (sum with { QueueDepth = depth, Picture = picture }, before);
    }

    private static RoundResult Sum(
        List<ClientDriver> drivers, MeasuredTime time, MergeFacts merging, TimeSpan cpu, int streams)
    {
        LongHistogram latency = drivers[0].Latency;
        foreach (ClientDriver driver in drivers.Skip(1))
            latency.Add(driver.Latency);
        ClientStream[] all = [.. drivers.SelectMany(driver => driver.Streams)];
        return new RoundResult
        {
            Requests = all.Sum(stream => stream.Requests),
            Bytes = all.Sum(stream => stream.Bytes),
            Seconds = time.Length.TotalSeconds,
            Errors = all.Sum(stream => stream.Errors),
            Latency = latency,
            CpuSeconds = cpu.TotalSeconds,
            CpuRequests = all.Sum(stream => stream.Requests),
            Merging = merging,
            Callers = streams < 2 ? [] : [.. all.Select(stream => stream.Facts)],
        };
    }
}
