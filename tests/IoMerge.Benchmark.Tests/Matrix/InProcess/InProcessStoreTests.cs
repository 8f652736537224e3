using IoMerge.Backends;
using IoMerge.Benchmark.Matrix.InProcess;
using IoMerge.Benchmark.Matrix.Workloads;
using IoMerge.Benchmark.Results;
using IoMerge.Benchmark.Runs;
using IoMerge.Scheduler;
using IoMerge.Testing.Processes;

namespace IoMerge.Benchmark.Tests.Matrix.InProcess;

/// <summary>Rounds of the real elevator in this process: what they show, and how they end.</summary>
public sealed class InProcessStoreTests
{
    private const int Size = 4 << 20;
    private static readonly RoundOptions Short = new(TimeSpan.FromMilliseconds(60), TimeSpan.FromMilliseconds(10));
    private static CancellationToken Never => TestContext.Current.CancellationToken;

    [Fact]
    public async Task SequentialReads_Merge_AndEveryFigureIsThere()
    {
        await using var rig = new Rig();
        IRunTarget target = await rig.StartAsync();

        RoundResult result = await target.RunRoundAsync(WorkloadName.Parse("seqread-4k-qd32"), Short, Never);

        Assert.True(result.Requests > 0);
        Assert.Equal(result.Requests * 4096, result.Bytes);
        Assert.Equal(result.Requests, result.Latency!.TotalCount);
        Assert.True(result.Merging!.MergeRatio > 2, $"{result.Merging.MergeRatio} requests per operation");
        Assert.True(result.CpuSeconds > 0);
        // A client of depth 32 lets at most 32 requests travel together. The bound may lie lower: what lies across the
        // edges of the time counts in part, and on a machine that others use these are wide.
        double wholeBursts = (result.Merging.Requests + 31) / 32.0;
        Assert.InRange(result.Merging.OptimalOperations!.Value, wholeBursts / 2, wholeBursts + 1);
        Assert.Equal((0, 0), (result.Errors, result.Callers.Count));
        Assert.Null(result.Picture);
    }

    [Fact]
    public async Task PolicyNone_MergesNothing()
    {
        await using var rig = new Rig();
        IRunTarget target = await rig.StartAsync("None");

        RoundResult result = await target.RunRoundAsync(WorkloadName.Parse("seqread-4k-qd32"), Short, Never);

        Assert.Equal(1, result.Merging!.MergeRatio, 0.1);
    }

    [Fact]
    public async Task Streams_AreCallers_WhoseRequestsAddUp()
    {
        await using var rig = new Rig();
        IRunTarget target = await rig.StartAsync();

        RoundResult result = await target.RunRoundAsync(WorkloadName.Parse("streams5-mix50-4k-qd4"), Short, Never);

        Assert.Equal(
            ["stream 1", "stream 2", "stream 3", "stream 4", "stream 5"], result.Callers.Select(c => c.Name).Order());
        Assert.Equal(result.Requests, result.Callers.Sum(caller => caller.Requests));
        Assert.All(result.Callers, caller => Assert.True(caller.Requests > 0));
    }

    [Fact]
    public async Task WatchedRound_HasADepthSeriesAndAPicture_OthersDoNot()
    {
        await using var rig = new Rig();
        IRunTarget target = await rig.StartAsync();

        RoundResult result = await target.RunRoundAsync(
            WorkloadName.Parse("seqread-4k-qd32"), Short with { Watch = true }, Never);

        Assert.NotEmpty(result.QueueDepth);
        Assert.NotEmpty(result.Picture!.Arrivals);
        Assert.NotEmpty(result.Picture.Operations);
        Assert.All(result.Picture.Operations, operation => Assert.True(operation.ToUs >= operation.FromUs));
        Assert.Contains(result.Picture.Operations, operation => operation.Members > 1);
    }

    [Fact]
    public async Task Flushes_ReachTheStore_AndAreNoRequests()
    {
        await using var rig = new Rig();
        IRunTarget target = await rig.StartAsync();

        RoundResult result = await target.RunRoundAsync(WorkloadName.Parse("seqwrite-4k-qd1-fsync1"), Short, Never);

        Assert.InRange(result.Requests, 1, result.Merging!.Requests + 1);
        // A write, then its flush.
        Assert.True(rig.Store.Operations > result.Requests * 3 / 2);
    }

    [Fact]
    public async Task FailedRequests_AreCounted_AndAreNoThroughput()
    {
        await using var rig = new Rig();
        IRunTarget target = await rig.StartAsync();
        rig.Store.Answer = Errno.EIO;

        RoundResult result = await target.RunRoundAsync(WorkloadName.Parse("randread-4k-qd4"), Short, Never);

        Assert.Equal(0, result.Requests);
        Assert.True(result.Errors > 0);
    }

    [Fact]
    public async Task AStop_EndsARoundOfAnHour_AndTheTargetLivesOn()
    {
        await using var rig = new Rig();
        IRunTarget target = await rig.StartAsync();
        using var stop = new CancellationTokenSource();
        int before = rig.Store.Operations;
        Task<RoundResult> round = target.RunRoundAsync(WorkloadName.Parse("randread-4k-qd4"),
            new RoundOptions(TimeSpan.FromHours(1), TimeSpan.Zero), stop.Token);
        Until.True(() => rig.Store.Operations > before, () => "The round did not begin.");

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => round);
        RoundResult next = await target.RunRoundAsync(WorkloadName.Parse("randread-4k-qd4"), Short, Never);
        Assert.True(next.Requests > 0);
    }

    [Fact]
    public async Task Store_IsFilledBefore_OpenedOnce_AndClosedAtTheEnd()
    {
        var rig = new Rig();
        await using (rig)
        {
            await rig.StartAsync();
            await rig.StartAsync("None");

            Assert.Equal(1, rig.Opened);
            Assert.False(rig.Store.Bytes[..4096].SequenceEqual(new byte[4096]));
            Assert.False(rig.Store.Bytes[^4096..].SequenceEqual(new byte[4096]));
        }
        Assert.True(rig.Store.IsDisposed);
    }

    [Fact]
    public async Task ALargerStore_IsUsedUpToTheSizeThatWasAskedFor()
    {
        await using var rig = new Rig { MostBytes = 1 << 20 };

        await rig.StartAsync();

        Assert.False(rig.Store.Bytes[..(1 << 20)].SequenceEqual(new byte[1 << 20]));
        Assert.True(rig.Store.Bytes[(1 << 20)..].SequenceEqual(new byte[Size - (1 << 20)]));
    }

    [Fact]
    public async Task AReadOnlyStore_IsNotFilled_AndRefusesWorkloadsThatWrite()
    {
        await using var rig = new Rig { Store = new TestStore(Size) { Geometry = new() { IsReadOnly = true } } };
        IRunTarget target = await rig.StartAsync();

        Assert.Equal(0, rig.Store.Operations);
        RunException exception = await Assert.ThrowsAsync<RunException>(
            () => target.RunRoundAsync(WorkloadName.Parse("randmix70-4k"), Short, Never));
        Assert.Contains("read-only", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("streams128-read-64k-qd1")]
    public async Task AStoreTooSmall_IsSaid(string workload)
    {
        await using var rig = new Rig();
        IRunTarget target = await rig.StartAsync();

        RunException exception = await Assert.ThrowsAsync<RunException>(
            () => target.RunRoundAsync(WorkloadName.Parse(workload), Short, Never));

        Assert.Contains("--size", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AStoreThatDoesNotOpen_IsLeftOut_AndNotTriedAgain()
    {
        await using var rig = new Rig { OpenFault = new BackendOpenException("There is no disk.") };

        RunException first = await Assert.ThrowsAsync<RunException>(() => rig.StartAsync());
        await Assert.ThrowsAsync<RunException>(() => rig.StartAsync("None"));

        Assert.Equal("There is no disk.", first.LeftOut.Why);
        Assert.Equal(1, rig.Opened);
    }

    private sealed class Rig : IAsyncDisposable
    {
        private readonly List<IRunTarget> _targets = [];
        private InProcessStore? _plan;

        internal TestStore Store { get; init; } = new(Size);

        internal long MostBytes { get; init; } = long.MaxValue;

        internal Exception? OpenFault { get; init; }

        internal int Opened { get; private set; }

        internal async Task<IRunTarget> StartAsync(string policy = "Deadline")
        {
            _plan ??= new InProcessStore(new StoreFacts("test", "A store."),
                [.. new[] { "Deadline", "None" }.Select(
                    name => (Reports.Strategy(name), new SchedulerOptions { Policy = name }))],
                Open, MostBytes);
            IRunTarget target = await _plan.StartAsync(_plan.Columns.Single(column => column.Name == policy), Never);
            _targets.Add(target);
            return target;
        }

        public async ValueTask DisposeAsync()
        {
            foreach (IRunTarget target in _targets)
                await target.DisposeAsync();
            if (_plan is not null)
                await _plan.DisposeAsync();
        }

        private TestStore Open()
        {
            Opened++;
            return OpenFault is null ? Store : throw OpenFault;
        }
    }
}
