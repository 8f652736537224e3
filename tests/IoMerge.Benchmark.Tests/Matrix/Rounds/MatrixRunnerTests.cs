using HdrHistogram;
using IoMerge.Benchmark.Matrix.Rounds;
using IoMerge.Benchmark.Matrix.Workloads;
using IoMerge.Benchmark.Results;
using IoMerge.Benchmark.Runs;

namespace IoMerge.Benchmark.Tests.Matrix.Rounds;

/// <summary>In which order a matrix is run, what counts, and what a failure or a stop leaves.</summary>
public sealed class MatrixRunnerTests : IDisposable
{
    private readonly CancellationTokenSource _stop = new();

    public void Dispose() => _stop.Dispose();

    [Fact]
    public async Task Rounds_VisitEveryWorkload_AndEachBeginsOneColumnFurther()
    {
        var store = new FakeStore("s", "A", "B", "C");

        await RunAsync(store, rounds: 2, "seqread", "randread");

        Assert.Equal(
            ["seqread A", "seqread B", "seqread C", "randread B", "randread C", "randread A",
                "seqread B", "seqread C", "seqread A", "randread C", "randread A", "randread B"],
            store.Log.Where(line => line.StartsWith("round", StringComparison.Ordinal))
                .Select(line => line[6..].Replace("-4k-qd32", "", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task AllColumns_AreStartedBeforeTheFirstRound_AndStoppedAfterTheLast()
    {
        var store = new FakeStore("s", "A", "B");

        await RunAsync(store, rounds: 1, "seqread");

        Assert.Equal(["start A", "warm seqread-4k-qd32 A", "start B", "warm seqread-4k-qd32 B"], store.Log[..4]);
        Assert.Equal(["stop A", "stop B", "close"], store.Log[^3..]);
    }

    [Fact]
    public async Task Medians_AreOfTheRounds_AndTheWarmUpDoesNotCount()
    {
        var figures = new Queue<long>([300, 100, 200]);
        var store = new FakeStore("s", "A")
        {
            OnRound = (_, _, options) =>
                options.WarmUp == TimeSpan.Zero ? FakeStore.Round(9999) : FakeStore.Round(figures.Dequeue(), 0.5),
        };

        Cell cell = Assert.Single((await RunAsync(store, rounds: 3, "seqread")).Cells);

        Assert.Equal([600, 200, 400], cell.Iops.Rounds);
        Assert.Equal((400, 200, 600), (cell.Iops.Median, cell.Iops.Low, cell.Iops.High));
        Assert.Equal(400 * 4096, cell.BytesPerSecond.Median);
    }

    [Fact]
    public async Task TheLook_GivesPicturesAndNoFigures()
    {
        var picture = new ElevatorPicture([new PictureArrival(0, 0, 4096, false)], []);
        var store = new FakeStore("s", "A")
        {
            OnRound = (_, _, options) => options.Watch
                ? FakeStore.Round(1) with { Picture = picture, QueueDepth = [new DepthSample(0, 1, 2)] }
                : FakeStore.Round(100),
        };

        Cell cell = Assert.Single((await RunAsync(store, rounds: 1, "seqread")).Cells);

        Assert.Equal([100], cell.Iops.Rounds);
        Assert.Same(picture, cell.Picture);
        Assert.Single(cell.QueueDepth);
        Assert.Contains("look seqread-4k-qd32 A", store.Log);
    }

    [Fact]
    public async Task LatencyMergesCallersAndErrors_AreOfAllRounds()
    {
        var store = new FakeStore("s", "A") { OnRound = (_, _, _) => RichRound() };

        Cell cell = Assert.Single((await RunAsync(store, rounds: 3, "seqread")).Cells);

        Assert.Equal(6, cell.Latency!.Count);
        Assert.InRange(cell.Latency.P99Us, 19.9, 20.1);
        Assert.Equal((192, 6), (cell.Merging!.Requests, cell.Merging.Operations));
        Assert.Equal(6, cell.Merging.Refusals["Gap"]);
        Assert.Equal((30, 15), (cell.Fairness!.Callers[0].Requests, cell.Fairness.Callers[0].MeanUs));
        Assert.Equal(3, cell.Errors);
        Assert.Equal(5, cell.CpuUsPerRequest!.Median);
    }

    [Fact]
    public async Task AColumnThatCannotStart_IsLeftOut_AndTheOthersRun()
    {
        var store = new FakeStore("s", "A", "B")
        {
            OnStart = name =>
            {
                if (name == "A")
                    throw new RunException(new LeftOut("a part", "It is missing.", "Install it."));
            },
        };

        MatrixOutcome outcome = await RunAsync(store, rounds: 2, "seqread");

        Assert.Equal("B", Assert.Single(outcome.Cells).Strategy);
        LeftOut leftOut = Assert.Single(outcome.LeftOut);
        Assert.Equal(("A on s (a part)", "It is missing.", "Install it."), (leftOut.What, leftOut.Why, leftOut.WayOut));
        Assert.True(outcome.IsComplete);
    }

    [Fact]
    public async Task AFieldThatFails_IsLeftOutOnce_KeepsItsRounds_AndTheOthersRun()
    {
        int rounds = 0;
        var store = new FakeStore("s", "A", "B")
        {
            OnRound = (column, workload, options) =>
                column == "A" && workload.StartsWith("rand", StringComparison.Ordinal) && ++rounds > 1
                    ? throw new InvalidOperationException("It broke.") : FakeStore.Round(100),
        };

        MatrixOutcome outcome = await RunAsync(store, rounds: 4, "seqread", "randread");

        Assert.Equal("InvalidOperationException: It broke.", Assert.Single(outcome.LeftOut).Why);
        Assert.Equal(4, outcome.Cells.Count);
        Assert.Equal([4, 4, 1, 4], outcome.Cells.Select(cell => cell.Iops.Rounds.Count));
        Assert.Equal(2, rounds);
    }

    [Fact]
    public async Task AStopInTheMiddle_KeepsTheRoundsThatWereFinished_AndStopsEveryTarget()
    {
        int rounds = 0;
        var store = new FakeStore("s", "A", "B")
        {
            OnRound = (_, _, options) =>
            {
                if (options.WarmUp != TimeSpan.Zero && ++rounds == 4)
                    _stop.Cancel();
                return FakeStore.Round(100);
            },
        };
        var never = new FakeStore("never", "A");

        MatrixOutcome outcome =
            await new MatrixRunner(Plan(9, "seqread"), new Progress()).RunAsync([store, never], _stop.Token);

        Assert.False(outcome.IsComplete);
        // The fourth round was under way.
        Assert.Equal([2, 1], outcome.Cells.Select(cell => cell.Iops.Rounds.Count).OrderDescending());
        Assert.Equal(["stop A", "stop B", "close"], store.Log[^3..]);
        Assert.Equal(["close"], never.Log);
        Assert.Empty(outcome.LeftOut);
    }

    [Fact]
    public async Task Steps_AddUp_WhateverFails()
    {
        var store = new FakeStore("s", "A", "B", "C")
        {
            OnStart = name =>
            {
                if (name == "B")
                    throw new RunException(new LeftOut("B", "No.", "None."));
            },
            OnRound = (column, _, _) => column == "C" ? throw new IOException("No.") : FakeStore.Round(1),
        };
        var progress = new Progress();

        await new MatrixRunner(Plan(3, "seqread", "randread"), progress).RunAsync([store], _stop.Token);

        Assert.Equal(progress.Steps, progress.Taken);
        Assert.True(progress.Steps > 0);
    }

    private static RoundResult RichRound()
    {
        var histogram = new LongHistogram(1_000_000_000, 3);
        histogram.RecordValue(10_000);
        histogram.RecordValue(20_000);
        return FakeStore.Round(100) with
        {
            Latency = histogram,
            Merging = Reports.Merging(64, 2, refusals: ("Gap", 2)),
            Callers = [new CallerFacts("a", 10, 1, 15, 20), new CallerFacts("b", 10, 1, 15, 20)],
            Errors = 1,
            CpuSeconds = 0.0005,
            CpuRequests = 100,
        };
    }

    private Task<MatrixOutcome> RunAsync(FakeStore store, int rounds, params string[] workloads) =>
        new MatrixRunner(Plan(rounds, workloads), new Progress()).RunAsync([store], _stop.Token);

    private static MatrixPlan Plan(int rounds, params string[] workloads) => new()
    {
        Workloads = [.. workloads.Select(WorkloadName.Parse)],
        Rounds = rounds,
        Round = new RoundOptions(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(0.1)),
        Look = new RoundOptions(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(0.1), Watch: true),
    };

    private sealed class Progress : IMatrixProgress
    {
        internal int Steps { get; private set; }

        internal int Taken { get; private set; }

        public void Begin(int steps) => Steps = steps;

        public void Doing(string what) => Assert.NotEmpty(what);

        public void Done(int steps) => Taken += steps;
    }
}
