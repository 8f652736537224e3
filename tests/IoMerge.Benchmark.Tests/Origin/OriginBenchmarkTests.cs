using IoMerge.Benchmark.Matrix.Rounds;
using IoMerge.Benchmark.Mounted;
using IoMerge.Benchmark.Origin;
using IoMerge.Benchmark.Results;
using IoMerge.Benchmark.Runs;
using IoMerge.Benchmark.Tests.Matrix.Rounds;

namespace IoMerge.Benchmark.Tests.Origin;

/// <summary>The run of the origin's table on fake mounts: what is left out, and what is measured anyway.</summary>
public sealed class OriginBenchmarkTests : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly FakeStore _mounts = new("tmpfs");
    private readonly Progress _progress = new();
    private readonly HashSet<string> _installed = ["dd", "fio"];

    public void Dispose() => _stop.Dispose();

    [Fact]
    public async Task Everything_IsMeasured_InTheOrderOfTheTable()
    {
        BenchmarkReport report = await RunAsync(rounds: 3);

        Assert.True(report.IsComplete);
        Assert.Empty(report.LeftOut);
        Assert.Equal(["original", "patched", "merged"], report.Strategies.Select(column => column.Name));
        Assert.Equal(
            from row in (string[])["dd-read", "dd-write", "aio-read", "aio-write"]
            from column in (string[])["original", "patched", "merged"]
            select $"{row} {column}",
            report.Cells.Select(cell => $"{cell.Workload} {cell.Strategy}"));
        Assert.All(report.Cells, cell => Assert.Equal(3, cell.Iops.Rounds.Count));
        Assert.Equal(5, _mounts.Log.Count(line => line.StartsWith("stop", StringComparison.Ordinal)));
        Assert.Equal(_progress.Steps, _progress.Taken);
    }

    [Fact]
    public async Task WithoutFio_TheRowsOfAioStressAreLeftOut_AndThoseOfDdRun()
    {
        _installed.Remove("fio");

        BenchmarkReport report = await RunAsync(rounds: 1);

        Assert.Equal(["aio-read: fio is not installed.", "aio-write: fio is not installed."],
            report.LeftOut.Select(left => $"{left.What}: {left.Why}"));
        Assert.Equal(6, report.Cells.Count);
        Assert.All(report.Cells, cell => Assert.StartsWith("dd-", cell.Workload, StringComparison.Ordinal));
        Assert.Equal(2, OriginGain.Of(report).Count);
        Assert.True(report.IsComplete);
    }

    [Fact]
    public async Task WithNeitherProgram_NothingIsStarted_AndEveryRowIsNamed()
    {
        _installed.Clear();

        BenchmarkReport report = await RunAsync(rounds: 1);

        Assert.Equal(["dd-read", "dd-write", "aio-read", "aio-write"], report.LeftOut.Select(left => left.What));
        Assert.Empty(_mounts.Log);
    }

    [Fact]
    public async Task AColumnThatCannotStart_IsLeftOut_AndTheOthersRun()
    {
        _mounts.OnStart = Fail("original");

        BenchmarkReport report = await RunAsync(rounds: 1);

        Assert.StartsWith("original on tmpfs", Assert.Single(report.LeftOut).What, StringComparison.Ordinal);
        Assert.Equal(8, report.Cells.Count);
        Assert.DoesNotContain(report.Cells, cell => cell.Strategy == "original");
    }

    [Fact]
    public async Task AFieldThatFails_IsLeftOut_AndTheOthersRun()
    {
        _mounts.OnRound = (column, row, options) => (column, row) == ("patched", "dd-write")
            ? throw new RunException(new LeftOut(row, "It broke.", "Mend it.")) : FakeStore.Round(100);

        BenchmarkReport report = await RunAsync(rounds: 2);

        Assert.Equal("dd-write with patched on tmpfs", Assert.Single(report.LeftOut).What);
        Assert.Equal(11, report.Cells.Count);
        Assert.All(report.Cells, cell => Assert.Equal(2, cell.Iops.Rounds.Count));
    }

    [Theory]
    [InlineData(100, 150, "Parallel", "1.50 times")]
    [InlineData(150, 100, "AsyncSplit", "1.50 times")]
    public async Task TheTrial_ChoosesTheWayThatMovesMore(long split, long parallel, string mode, string says)
    {
        _mounts.OnRound = (column, _, _) =>
            FakeStore.Round(column == "merged (AsyncSplit)" ? split : column == "merged (Parallel)" ? parallel : 1);

        BenchmarkReport report = await RunAsync(rounds: 1);

        Assert.Equal(mode, report.Strategies[^1].Settings["Fuse:DirectMode"]);
        Assert.Contains(says, Assert.Single(report.Notes), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AWayThatCannotBeTried_IsNotChosen_AndIsNamed()
    {
        _mounts.OnStart = Fail("merged (AsyncSplit)");

        BenchmarkReport report = await RunAsync(rounds: 1);

        Assert.Equal("Parallel", report.Strategies[^1].Settings["Fuse:DirectMode"]);
        Assert.StartsWith("merged (AsyncSplit)", Assert.Single(report.LeftOut).What, StringComparison.Ordinal);
        Assert.Equal(12, report.Cells.Count);
    }

    [Theory]
    [InlineData("merged (Parallel)", 0)]
    [InlineData("original", 1)]
    public async Task AStop_KeepsTheRoundsUntilThen(string during, int atLeast)
    {
        _mounts.OnRound = (column, row, options) =>
        {
            if ((column, row) == (during, "dd-write") && options.WarmUp != TimeSpan.Zero)
                _stop.Cancel();
            return FakeStore.Round(100);
        };

        BenchmarkReport report = await RunAsync(rounds: 5);

        Assert.False(report.IsComplete);
        Assert.InRange(report.Cells.Count, atLeast, 11 * atLeast);
        Assert.Equal(_mounts.Log.Count(line => line.StartsWith("start", StringComparison.Ordinal)),
            _mounts.Log.Count(line => line.StartsWith("stop", StringComparison.Ordinal)));
    }

    private static Action<string> Fail(string column) => name =>
    {
        if (name == column)
            throw new RunException(new LeftOut(name, "It does not start.", "Mend it."));
    };

    private Task<BenchmarkReport> RunAsync(int rounds)
    {
        var request = new OriginRequest("iomerge bench origin", new MachineFacts("", 1, 1, "", "", "", []),
            new MountedOptions { Program = ["iomerge"] }, rounds);
        return OriginBenchmark.RunAsync(
            request, _mounts.StartAsync, _installed.Contains, _progress, TimeProvider.System, _stop.Token);
    }

    private sealed class Progress : IMatrixProgress
    {
        internal int Steps { get; private set; }

        internal int Taken { get; private set; }

        public void Begin(int steps)
        {
            Assert.Equal(0, Steps);
            Steps = steps;
        }

        public void Doing(string what) => Assert.NotEmpty(what);

        public void Done(int steps) => Taken += steps;
    }
}
