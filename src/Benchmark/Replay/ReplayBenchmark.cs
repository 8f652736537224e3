using IoMerge.Backends;
using IoMerge.Benchmark.Models;
using IoMerge.Benchmark.Optimum;
using IoMerge.Benchmark.Results;
using IoMerge.Scheduler;
using IoMerge.Traces;

namespace IoMerge.Benchmark.Replay;

/// <summary>
/// Replays a trace by each strategy on each model and store, one after the other, and reports. One object makes one
/// report.
/// </summary>
public sealed class ReplayBenchmark
{
    private readonly ReplayPlan _plan;
    private readonly IStoreOpener _opener;
    private readonly Action<string> _say;
    private readonly Dictionary<(OptimumLimits Limits, long Size), OptimumResult> _optima = [];
    private readonly List<Cell> _cells = [];
    private readonly SortedSet<string> _notes = new(StringComparer.Ordinal);

    private ReplayBenchmark(ReplayPlan plan, IStoreOpener opener, Action<string> say) =>
        (_plan, _opener, _say) = (plan, opener, say);

    /// <summary>Runs everything.</summary>
    /// <param name="plan">What to run.</param>
    /// <param name="opener">Opens the stores.</param>
    /// <param name="say">Told what runs now, for a person.</param>
    /// <param name="time">The clock of the report.</param>
    /// <param name="cancellation">Ends it after what is finished; the report says so.</param>
    /// <exception cref="TraceFormatException">The trace is damaged.</exception>
    /// <exception cref="InvalidDataException">The trace does not fit on a model or store.</exception>
    /// <exception cref="BackendOpenException">A store could not be opened.</exception>
    /// <exception cref="FormatException">A store is written wrongly.</exception>
    public static async Task<BenchmarkReport> RunAsync(
        ReplayPlan plan, IStoreOpener opener, Action<string> say, TimeProvider time, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(time);
        var benchmark = new ReplayBenchmark(plan, opener, say);
        DateTimeOffset start = time.GetUtcNow();
        long began = time.GetTimestamp();
        bool isComplete = true;
        try
        {
            await benchmark.RunAllAsync(cancellation).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            isComplete = false;
        }
        return benchmark.Report(start, time.GetElapsedTime(began).TotalSeconds, isComplete);
    }

    private async Task RunAllAsync(CancellationToken cancellation)
    {
        foreach (ModelSpec model in _plan.Models)
        {
            foreach ((StrategyFacts facts, SchedulerOptions options) in _plan.Strategies)
            {
                _say($"{facts.Name} on model {model.Name}, in virtual time");
                RunOnModel(model, facts, options, cancellation);
            }
        }
        foreach (string store in _plan.Stores)
        {
            foreach ((StrategyFacts facts, SchedulerOptions options) in _plan.Strategies)
            {
                _say($"{facts.Name} on {store}, in real time");
                await RunOnStoreAsync(store, facts, options, cancellation).ConfigureAwait(false);
            }
        }
    }

    private void RunOnModel(
        ModelSpec model, StrategyFacts facts, SchedulerOptions options, CancellationToken cancellation)
    {
        (OptimumLimits Limits, long Size) key = KeyOf(ModelBackend.DeviceGeometry, model.Create().Capacity, options);
        using ITraceSource trace = _plan.OpenTrace();
        bool isKnown = _optima.TryGetValue(key, out OptimumResult optimum);
        using var ahead = new TraceAhead(trace, isKnown ? null : new TraceOptimum(
            trace.Header.Volumes.Count, key.Size, ModelBackend.DeviceGeometry, options, _plan.Options));
        ReplayOutcome outcome = VirtualReplay.Run(ahead, model.Create, options, _plan.Options, cancellation);
        if (!isKnown)
        {
            optimum = ahead.Finish();
            _optima.Add(key, optimum);
        }
        Add(outcome, optimum, facts.Name, model.Name, RunKind.Virtual);
    }

    private async Task RunOnStoreAsync(
        string spec, StrategyFacts facts, SchedulerOptions options, CancellationToken cancellation)
    {
        IBackend store = _opener.Open(spec);
        (BackendGeometry geometry, long size) = (store.Geometry, store.Size);
        ReplayOutcome outcome;
        using (ITraceSource trace = _plan.OpenTrace())
        {
            outcome = await RealtimeReplay.RunAsync(trace, store, options, _plan.Options, cancellation)
                .ConfigureAwait(false);
        }
        OptimumResult optimum = FindOptimum(geometry, size, options, cancellation);
        Add(outcome, optimum, facts.Name, spec, RunKind.Replayed);
    }

    /// <summary>For a store in real time: in a pass of its own, because beside the replay it would disturb.</summary>
    private OptimumResult FindOptimum(
        BackendGeometry geometry, long size, SchedulerOptions options, CancellationToken cancellation)
    {
        (OptimumLimits, long) key = KeyOf(geometry, size, options);
        if (_optima.TryGetValue(key, out OptimumResult known))
            return known;
        using ITraceSource trace = _plan.OpenTrace();
        var optimum = new TraceOptimum(
            trace.Header.Volumes.Count, size, geometry, options, _plan.Options with { SharedDevice = true });
        for (long i = 0; trace.TryRead(out TraceRecord record); i++)
        {
            if ((i & 0xFFFF) == 0)
                cancellation.ThrowIfCancellationRequested();
            optimum.Add(record);
        }
        OptimumResult found = optimum.Finish();
        _optima.Add(key, found);
        return found;
    }

    private static (OptimumLimits Limits, long Size) KeyOf(
        BackendGeometry geometry, long size, SchedulerOptions options) =>
        (OptimumLimits.Of(options, geometry, writesAreScattered: true), size);

    private void Add(ReplayOutcome outcome, OptimumResult optimum, string strategy, string store, RunKind kind)
    {
        double seconds = Math.Max(outcome.DurationNs, 1) / 1e9;
        _cells.Add(new Cell
        {
            Strategy = strategy,
            Workload = _plan.TraceName,
            Store = store,
            Kind = kind,
            Iops = Measure.Of([outcome.Requests / seconds]),
            BytesPerSecond = Measure.Of([outcome.Bytes / seconds]),
            CpuUsPerRequest = outcome.CpuUsPerRequest is { } cpu ? Measure.Of([cpu]) : null,
            Latency = outcome.Latency,
            Merging = outcome.Merging with { OptimalOperations = optimum.Operations },
            Fairness = outcome.Fairness,
            QueueDepth = outcome.QueueDepth,
            Picture = outcome.Picture,
            Errors = outcome.Errors,
        });
        Remark(outcome, optimum, strategy, store);
    }

    private void Remark(ReplayOutcome outcome, OptimumResult optimum, string strategy, string store)
    {
        if (outcome.Wrapped > 0)
        {
            _notes.Add($"On {store}, {outcome.Wrapped} of {outcome.Requests} requests lay beyond the end of their "
                + "volume's place and came in again at its beginning: the store is smaller than what was recorded.");
        }
        if (outcome.Late > 0)
        {
            _notes.Add($"{strategy} on {store}: {outcome.Late} of {outcome.Requests} requests were sent more than a "
                + "millisecond after they were due; their callers' waiting counts from when they were due.");
        }
        if (!optimum.IsExact)
        {
            _notes.Add("The optimum is a bound: no schedule needs fewer operations, and perhaps none needs so few.");
        }
    }

    private BenchmarkReport Report(DateTimeOffset start, double seconds, bool isComplete) => new()
    {
        FormatVersion = BenchmarkReport.CurrentFormatVersion,
        Title = $"Replay of {_plan.TraceName}",
        Command = _plan.Command,
        StartedAt = start,
        DurationSeconds = seconds,
        IsComplete = isComplete,
        Machine = _plan.Machine,
        Strategies = [.. _plan.Strategies.Select(strategy => strategy.Facts)],
        Workloads = [new WorkloadFacts(_plan.TraceName, Describe())],
        Stores = [.. _plan.Models.Select(model => model.Describe()),
            .. _plan.Stores.Select(store => new StoreFacts(store, "A real store, without FUSE."))],
        Cells = _cells,
        Notes = [.. _notes],
    };

    private string Describe() => _plan.Options switch
    {
        { ClosedLoopDepth: > 0 and var depth } =>
            $"A recorded trace; each caller keeps {depth} requests outstanding, whenever they were recorded.",
        { Speed: 1 } => "A recorded trace; each request is sent at its time.",
        { Speed: var speed } => FormattableString.Invariant(
            $"A recorded trace, {speed} times as fast; each request is sent at its time, answered or not."),
    };
}
