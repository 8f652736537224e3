using System.Text;
using IoMerge.Benchmark.Models;
using IoMerge.Benchmark.Replay;
using IoMerge.Benchmark.Results;
using IoMerge.Benchmark.Strategies;
using IoMerge.Scheduler;

namespace IoMerge.Benchmark.Tests.Replay;

public sealed class DeterminismTests
{
    public static TheoryData<string, string> Combinations()
    {
        var data = new TheoryData<string, string>();
        foreach (string policy in DispatchPolicyFactory.Names)
        {
            foreach (ModelKind kind in ModelKinds.All)
                data.Add(policy, kind.Name);
        }
        return data;
    }

    [Theory]
    [MemberData(nameof(Combinations))]
    public async Task TwoReplays_OfTheSame_AreEqualToTheByte(string policy, string model) =>
        Assert.Equal(await CellsAsync(policy, model), await CellsAsync(policy, model));

    // Worked out once and committed: another version of the elevator may dispatch otherwise, and whoever changes it
    // sees here that he does; another machine may not.
    [Theory]
    [InlineData("None", "hdd:queue=32")]
    [InlineData("Fifo", "cloud")]
    [InlineData("Scan", "ssd")]
    [InlineData("Deadline", "hdd")]
    [InlineData("Deadline", "network:jitterUs=50")]
    public void AReplay_OfAMadeTrace_HasTheCommittedOutcome(string policy, string model)
    {
        ReplayOutcome outcome = VirtualReplay.Run(
            MadeTrace.Mixed(2000, 200_000, callers: 3, volumes: 2), ModelSpec.Parse(model).Create,
            new SchedulerOptions { Policy = policy }, new ReplayOptions(), TestContext.Current.CancellationToken);

        string line = FormattableString.Invariant(
            $"{policy} {model} {outcome.Requests} {outcome.Merging.Operations} {outcome.DurationNs} {outcome.Bytes}")
            + FormattableString.Invariant($" {outcome.Latency!.MeanUs:R} {outcome.Latency.MaxUs:R}");

        Assert.Contains(line, File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "Replay", "outcomes.txt")));
    }

    private static async Task<string> CellsAsync(string policy, string model)
    {
        var strategy = StrategySpec.Parse(policy);
        var plan = new ReplayPlan
        {
            TraceName = "made",
            OpenTrace = () => MadeTrace.Mixed(3000, 100_000, callers: 5, volumes: 3),
            Strategies = [(strategy.Describe(), new SchedulerOptions { Policy = policy })],
            Models = [ModelSpec.Parse(model)],
            Machine = new MachineFacts("", 1, 0, "", "", "", []),
            Command = "",
        };
        BenchmarkReport report = await ReplayBenchmark.RunAsync(
            plan, new NoStores(), _ => { }, TimeProvider.System, TestContext.Current.CancellationToken);
        Assert.Single(report.Cells);
        return Encoding.UTF8.GetString(
            ReportJson.Write(report with { StartedAt = default, DurationSeconds = 0 }));
    }

    private sealed class NoStores : IStoreOpener
    {
        public IoMerge.Backends.IBackend Open(string spec) => throw new FormatException("there is no store here");
    }
}
