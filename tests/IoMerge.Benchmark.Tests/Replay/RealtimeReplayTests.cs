using IoMerge.Backends;
using IoMerge.Benchmark.Replay;
using IoMerge.Scheduler;
using IoMerge.Testing;
using IoMerge.Traces;

namespace IoMerge.Benchmark.Tests.Replay;

public sealed class RealtimeReplayTests
{
    // The store of these tests is for one thread; a hold would end on another.
    private static readonly SchedulerOptions NoHold = new() { Hold = new HoldOptions { Mode = HoldMode.Off } };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    public async Task ATrace_BeforeAStoreThatAnswersAtOnce_IsAnsweredWhole(int closedLoopDepth)
    {
        StepBackend store = Store();

        ReplayOutcome outcome = await RealtimeReplay.RunAsync(
            MadeTrace.Mixed(2000, 10_000, callers: 2, span: 1 << 20), store, NoHold,
            new ReplayOptions { ClosedLoopDepth = closedLoopDepth }, Token);

        Assert.Equal(2000, outcome.Requests);
        Assert.Equal(0, outcome.Errors);
        Assert.Equal(0, outcome.Wrapped);
        Assert.Empty(store.Violations);
        Assert.True(store.IsDisposed);
        Assert.Equal(outcome.Merging.Operations, store.Log.Count(entry => entry.Kind.IsTransfer()));
        Assert.Equal(2, outcome.Fairness!.Callers.Count);
        Assert.True(outcome.CpuUsPerRequest >= 0);
        Assert.NotEmpty(outcome.Picture!.Operations);
    }

    [Fact]
    public async Task Writes_ReachTheStore_WithBytesThatAreNotZero()
    {
        StepBackend store = Store();

        await RealtimeReplay.RunAsync(
            MadeTrace.Of(new TraceRecord(0, 0, IoKind.Write, IoFlags.None, 4096, 8192, 1)), store,
            NoHold, new ReplayOptions(), Token);

        Assert.True(store.Bytes[..4096].IndexOfAnyExcept((byte)0) < 0, "bytes before the write were changed");
        Assert.True(store.Bytes.Slice(4096, 8192).Count((byte)0) < 200, "what was written is not random");
    }

    [Fact]
    public async Task Volumes_ShareTheStore_OneAfterTheOther()
    {
        StepBackend store = Store();

        await RealtimeReplay.RunAsync(
            MadeTrace.Of(
                new TraceRecord(0, 0, IoKind.Read, IoFlags.None, 4096, 512, 1),
                new TraceRecord(0, 1, IoKind.Read, IoFlags.None, 4096, 512, 1)),
            store, new SchedulerOptions { Policy = "None" }, new ReplayOptions(), Token);

        Assert.Equal([4096L, (1 << 20) + 4096], store.Log.Where(e => e.Kind == IoKind.Read)
            .Select(e => e.Extent.Offset).Order());
    }

    [Fact]
    public async Task ADamagedTrace_HasNoOutcome_AndTheStoreIsClosed()
    {
        StepBackend store = Store();
        var trace = new MadeTrace(10, i => i < 5
            ? new TraceRecord(i, 0, IoKind.Read, IoFlags.None, 0, 4096, 1)
            : throw new TraceFormatException("x.iotrace", "byte 77", "the checksum is wrong"));

        await Assert.ThrowsAsync<TraceFormatException>(() => RealtimeReplay.RunAsync(
            trace, store, NoHold, new ReplayOptions(), Token));

        Assert.True(store.IsDisposed);
    }

    [Fact]
    public async Task ACancelledReplay_EndsAndClosesTheStore()
    {
        using var stop = new CancellationTokenSource();
        StepBackend store = Store();
        // The second record lies an hour ahead; the first one's answer is the moment to stop.
        store.Immediately = io =>
        {
            stop.Cancel();
            return (Errno.None, io.Extent.Length);
        };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => RealtimeReplay.RunAsync(
            MadeTrace.Sequential(2, 3_600_000_000_000), store, NoHold, new ReplayOptions(), stop.Token));

        Assert.True(store.IsDisposed);
    }

    private static StepBackend Store() => new(2 << 20, new BackendGeometry { CanZero = true })
    {
        Immediately = io => (Errno.None, io.Extent.Length),
    };
}
