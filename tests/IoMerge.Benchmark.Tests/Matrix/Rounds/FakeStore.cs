using IoMerge.Benchmark.Matrix.Rounds;
using IoMerge.Benchmark.Results;
using IoMerge.Benchmark.Runs;

namespace IoMerge.Benchmark.Tests.Matrix.Rounds;

/// <summary>A store whose columns do nothing but note what they were asked, and answer what the test says.</summary>
internal sealed class FakeStore(string name, params string[] columns) : IStorePlan
{
    /// <summary>Everything that was done, in its order, over all columns.</summary>
    internal List<string> Log { get; } = [];

    /// <summary>What starting a column does besides.</summary>
    internal Action<string>? OnStart { get; set; }

    /// <summary>What a round gives: column, workload, options; the default is 100 requests in a second.</summary>
    internal Func<string, string, RoundOptions, RoundResult> OnRound { get; set; } = (_, _, _) => Round(100);

    public StoreFacts Store { get; } = new(name, "A store.");

    public RunKind Kind => RunKind.InProcess;

    public IReadOnlyList<StrategyFacts> Columns { get; } = [.. columns.Select(column => Reports.Strategy(column))];

    internal static RoundResult Round(long requests, double seconds = 1) =>
        new() { Requests = requests, Bytes = requests * 4096, Seconds = seconds };

    public Task<IRunTarget> StartAsync(StrategyFacts column, CancellationToken stop)
    {
        OnStart?.Invoke(column.Name);
        Log.Add($"start {column.Name}");
        return Task.FromResult<IRunTarget>(new Target(this, column));
    }

    public ValueTask DisposeAsync()
    {
        Log.Add("close");
        return ValueTask.CompletedTask;
    }

    private sealed class Target(FakeStore owner, StrategyFacts strategy) : IRunTarget
    {
        public StrategyFacts Strategy => strategy;

        public StoreFacts Store => owner.Store;

        public Task<RoundResult> RunRoundAsync(WorkloadSpec workload, RoundOptions options, CancellationToken stop)
        {
            stop.ThrowIfCancellationRequested();
            string kind = options.Watch ? "look" : options.WarmUp == TimeSpan.Zero ? "warm" : "round";
            owner.Log.Add($"{kind} {workload.Name} {strategy.Name}");
            RoundResult result = owner.OnRound(strategy.Name, workload.Name, options);
            stop.ThrowIfCancellationRequested();
            return Task.FromResult(result);
        }

        public ValueTask DisposeAsync()
        {
            owner.Log.Add($"stop {strategy.Name}");
            return ValueTask.CompletedTask;
        }
    }
}
