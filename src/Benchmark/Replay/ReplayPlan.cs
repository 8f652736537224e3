using IoMerge.Benchmark.Models;
using IoMerge.Benchmark.Results;
using IoMerge.Scheduler;
using IoMerge.Traces;

namespace IoMerge.Benchmark.Replay;

/// <summary>What is to be replayed: one trace, by each strategy, on each model and store.</summary>
public sealed record ReplayPlan
{
    /// <summary>What the trace is called.</summary>
    public required string TraceName { get; init; }

    /// <summary>Opens the trace at its beginning; called once for each run.</summary>
    public required Func<ITraceSource> OpenTrace { get; init; }

    /// <summary>The strategies with their options.</summary>
    public required IReadOnlyList<(StrategyFacts Facts, SchedulerOptions Options)> Strategies { get; init; }

    /// <summary>Devices in virtual time.</summary>
    public IReadOnlyList<ModelSpec> Models { get; init; } = [];

    /// <summary>Stores in real time, as written on the command line.</summary>
    public IReadOnlyList<string> Stores { get; init; } = [];

    /// <summary>When requests are sent.</summary>
    public ReplayOptions Options { get; init; } = new();

    /// <summary>The machine, for the report.</summary>
    public required MachineFacts Machine { get; init; }

    /// <summary>The command line, for the report.</summary>
    public required string Command { get; init; }
}
