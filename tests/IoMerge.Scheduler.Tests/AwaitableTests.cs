using IoMerge.Backends;
using IoMerge.Testing;

namespace IoMerge.Scheduler.Tests;

public class AwaitableTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task WriteThenRead_ReturnsTheBytes_AndShortAtTheEnd()
    {
        await using IoScheduler scheduler = Immediate(out _);
        await scheduler.WriteAsync(4090, new byte[] { 1, 2, 3, 4, 5, 6 }, IoFlags.DataSync, Cancellation);
        var buffer = new byte[10];
        Assert.Equal(6, await scheduler.ReadAsync(4090, buffer, Cancellation));
        Assert.Equal([1, 2, 3, 4, 5, 6, 0, 0, 0, 0], buffer);
    }

    [Fact]
    public async Task AFailure_IsAnExceptionWithTheErrno()
    {
        await using IoScheduler scheduler = Immediate(out StepBackend backend);
        backend.Immediately = _ => (Errno.EIO, 0);
        var failure = await Assert.ThrowsAsync<StoreIOException>(
            () => scheduler.ReadAsync(0, new byte[1], Cancellation).AsTask());
        Assert.Equal(Errno.EIO, failure.Error);
        failure = await Assert.ThrowsAsync<StoreIOException>(
            () => scheduler.WriteAsync(4096, new byte[1], default, Cancellation).AsTask());
        Assert.Equal(Errno.ENOSPC, failure.Error);
        backend.Immediately = io => (Errno.None, io.Extent.Length);
    }

    [Fact]
    public async Task Cancellation_TakesBackWhatWasNotDispatched()
    {
        var backend = new StepBackend(4096);
        await using var scheduler = new IoScheduler(backend, new SchedulerOptions { Depth = 1 });
        ValueTask<long> first = scheduler.ReadAsync(0, new byte[1], Cancellation);
        using var source = new CancellationTokenSource();
        ValueTask<long> second = scheduler.ReadAsync(100, new byte[1], source.Token);
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second.AsTask());
        backend.CompleteAll();
        Assert.Equal(1, await first);
        Assert.Single(backend.Log);
        backend.Immediately = io => (Errno.None, io.Extent.Length);
    }

    [Fact]
    public async Task AContinuationThatBlocks_DoesNotStopTheOthers()
    {
        await using IoScheduler scheduler = Immediate(out _);
        using var gate = new ManualResetEventSlim();
        var entered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Task blocked = Task.Run(async () =>
        {
            await scheduler.ReadAsync(0, new byte[1], Cancellation).ConfigureAwait(false);
            entered.SetResult();
            gate.Wait(Cancellation);
        }, Cancellation);
        // The store is for one thread at a time, and what blocks must be blocking when the others come.
        await entered.Task;
        for (int i = 0; i < 100; i++)
            await scheduler.ReadAsync(i, new byte[1], Cancellation);
        gate.Set();
        await blocked;
    }

    [Fact]
    public async Task ManyThreads_LoseNothing_AndReadWhatTheyWrote()
    {
        await using IoScheduler scheduler = Threaded();
        await Parallel.ForAsync(0, 64, Cancellation, async (worker, cancellation) =>
        {
            var bytes = new byte[512];
            var read = new byte[512];
            for (int i = 0; i < 100; i++)
            {
                long offset = (worker * 100L + i) * 512;
                bytes.AsSpan().Fill((byte)(worker + i));
                await scheduler.WriteAsync(offset, bytes, IoFlags.None, cancellation);
                Assert.Equal(512, await scheduler.ReadAsync(offset, read, cancellation));
                Assert.Equal(bytes, read);
            }
        });
        await scheduler.FlushAsync(Cancellation);
        SchedulerSnapshot stats = scheduler.GetSnapshot();
        Assert.Equal((64 * 200 + 1, 64 * 200 + 1), (stats.RequestsIn, stats.RequestsCompleted));
    }

    [Fact]
    public async Task Disposal_DrainsFlushesAndRefusesWhatComesAfter()
    {
        IoScheduler scheduler = Immediate(out StepBackend backend);
        await scheduler.WriteAsync(0, new byte[1], default, Cancellation);
        await scheduler.DisposeAsync();
        await scheduler.DisposeAsync();
        Assert.True(backend.IsDisposed);
        Assert.True(scheduler.Shutdown!.IsClean);
        Assert.Equal(IoKind.Flush, backend.Log[^1].Kind);
        var refused = await Assert.ThrowsAsync<StoreIOException>(
            () => scheduler.ReadAsync(0, new byte[1], Cancellation).AsTask());
        Assert.Equal(Errno.ESHUTDOWN, refused.Error);
    }

    [Fact]
    public async Task Disposal_BeforeAHungStore_IsBounded_AndSaysWhatIsStuck()
    {
        var backend = new StepBackend(4096);
        var scheduler = new IoScheduler(backend, new SchedulerOptions { Depth = 1, DrainTimeoutMs = 50 });
        _ = scheduler.ReadAsync(0, new byte[1], Cancellation).AsTask();
        Task<long> queued = scheduler.ReadAsync(100, new byte[1], Cancellation).AsTask();
        await scheduler.DisposeAsync();
        var failure = await Assert.ThrowsAsync<StoreIOException>(() => queued);
        Assert.Equal(Errno.EIO, failure.Error);
        // The read at the store, and the flush of the shutdown that went there too.
        Assert.Equal((false, 2L), (scheduler.Shutdown!.Drained, scheduler.Shutdown.RequestsStuck));
        Assert.False(backend.IsDisposed);
    }

    private static IoScheduler Immediate(out StepBackend backend)
    {
        backend = new StepBackend(4096) { Immediately = io => (Errno.None, io.Extent.Length) };
        return new IoScheduler(backend, new SchedulerOptions());
    }

    private static IoScheduler Threaded() => new(new ThreadedStore(64 * 100 * 512), new SchedulerOptions { Depth = 4 });
}
