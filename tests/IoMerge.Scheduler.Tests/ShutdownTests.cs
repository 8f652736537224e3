using IoMerge.Backends;
using IoMerge.Testing;

namespace IoMerge.Scheduler.Tests;

/// <summary>The end of a scheduler, with requests still on their way.</summary>
public class ShutdownTests
{
    [Fact]
    public async Task Drain_EndsAfterAllWereTold_AlsoThoseThatAnotherThreadTells()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        var rig = new ElevatorRig();
        using var isTold = new ManualResetEventSlim();
        using var mayReturn = new ManualResetEventSlim();
        // An empty read ends without an operation: its thread tells it after the elevator is free again.
        var empty = ProbeRequest.Read(0, 0, onCompleted: _ =>
        {
            isTold.Set();
            mayReturn.Wait(stop);
        });
        Task submits = Task.Run(() => rig.Scheduler.Submit(empty), stop);
        isTold.Wait(stop);

        Task drained = rig.Scheduler.DrainAsync();

        Assert.False(drained.IsCompleted, "The caller is still being told.");
        mayReturn.Set();
        await drained.WaitAsync(TimeSpan.FromMinutes(1), stop);
        await submits;
        await rig.Scheduler.DrainAsync().WaitAsync(TimeSpan.FromMinutes(1), stop);
    }

    [Fact]
    public async Task Disposal_WithParkedRequests_DrainsThemAndFlushes()
    {
        var rig = new ElevatorRig(o => o.QueueMaxRequests = 1);
        ProbeRequest[] writes = rig.Plug(ProbeRequest.Fill(0, 16, 1), ProbeRequest.Fill(100, 16, 2));
        Task disposal = rig.Scheduler.DisposeAsync().AsTask();
        ProbeRequest late = rig.Submit(ProbeRequest.Fill(200, 16, 3));
        rig.Backend.CompleteAll();
        await disposal;
        Assert.All(writes, write => Assert.Equal((1, Errno.None), (write.Completions, write.Error)));
        Assert.Equal((1, Errno.ESHUTDOWN), (late.Completions, late.Error));
        Assert.Equal(IoKind.Flush, rig.Backend.Log[^1].Kind);
        Assert.True(rig.Scheduler.Shutdown!.IsClean);
        rig.AssertClean();
    }

    [Fact]
    public async Task Disposal_WhileTheOwnerIsHeldUp_RefusesNothingThatCameBefore()
    {
        var rig = new ElevatorRig();
        ProbeRequest before = ProbeRequest.Fill(0, 16, 1), after = ProbeRequest.Fill(100, 16, 2);
        Task disposal = Task.CompletedTask;
        rig.WhileOwnerIsHeldUp(() =>
        {
            rig.Submit(before);
            disposal = rig.Scheduler.DisposeAsync().AsTask();
            rig.Submit(after);
        });
        Assert.False(rig.Backend.IsDisposed);
        rig.Backend.CompleteAll();
        await disposal;
        Assert.Equal((Errno.None, Errno.ESHUTDOWN), (before.Error, after.Error));
        Assert.True(rig.Scheduler.Shutdown!.IsClean);
    }

    [Fact]
    public async Task Draining_WhileTheOwnerIsHeldUp_WaitsForWhatWasPostedBefore()
    {
        var rig = new ElevatorRig();
        Task first = Task.CompletedTask, second = Task.CompletedTask;
        rig.WhileOwnerIsHeldUp(() =>
        {
            rig.Submit(ProbeRequest.Read(0, 16));
            first = rig.Scheduler.DrainAsync();
            second = rig.Scheduler.DrainAsync();
        });
        Assert.False(first.IsCompleted || second.IsCompleted);
        rig.Backend.CompleteAll();
        await Task.WhenAll(first, second);
        await rig.Scheduler.DrainAsync();
    }

    [Fact]
    public async Task Disposal_BeforeAHungStore_EndsRetriesThatWaitForASlot()
    {
        var rig = new ElevatorRig(o => { o.Depth = 1; o.DrainTimeoutMs = 50; });
        ProbeRequest[] writes = rig.Plug(ProbeRequest.Fill(0, 16, 1), ProbeRequest.Fill(16, 16, 2));
        ProbeRequest overlapping = rig.Submit(ProbeRequest.Fill(8, 16, 3));
        rig.Backend.Complete(rig.Backend.InFlight[0], Errno.EIO, 0);
        BackendIo hung = Assert.Single(rig.Backend.InFlight);
        await rig.Scheduler.DisposeAsync();
        Assert.Equal((0, 1, Errno.EIO), (writes[0].Completions, writes[1].Completions, writes[1].Error));
        Assert.Equal((1, Errno.EIO), (overlapping.Completions, overlapping.Error));
        ShutdownReport report = rig.Scheduler.Shutdown!;
        Assert.Equal(new ShutdownReport(false, Errno.EIO, 3, 1, Closed: false), report);
        Assert.True(rig.Timer.IsDisposed);
        // Late is better than never.
        rig.Backend.Complete(hung);
        Assert.Equal((1, Errno.None), (writes[0].Completions, writes[0].Error));
        Assert.Equal(0, rig.Stats.InFlight);
        rig.AssertClean();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Disposal_OfAStoreThatNeverCloses_IsBounded_AndSaysSo(bool hangsInTheCall)
    {
        using var released = new ManualResetEventSlim();
        var rig = new ElevatorRig(o => o.DrainTimeoutMs = 0);
        rig.Backend.Immediately = io => (Errno.None, io.Extent.Length);
        rig.Backend.OnDispose = hangsInTheCall ? released.Wait : null;
        rig.Backend.DisposesAfter = new TaskCompletionSource().Task;
        await rig.Scheduler.DisposeAsync();
        Assert.Equal(new ShutdownReport(true, Errno.None, 0, 0, Closed: false), rig.Scheduler.Shutdown);
        Assert.False(rig.Scheduler.Shutdown!.IsClean);
        released.Set();
    }

    [Fact]
    public async Task Disposal_WithNoTimeToDrain_StillClosesAStoreThatDoesSo()
    {
        var rig = new ElevatorRig(o => o.DrainTimeoutMs = 0);
        rig.Backend.Immediately = io => (Errno.None, io.Extent.Length);
        await rig.Scheduler.DisposeAsync();
        Assert.True(rig.Scheduler.Shutdown!.IsClean);
    }

    [Fact]
    public async Task Disposal_OfAStoreThatThrows_IsReported_AndTheReportIsThere()
    {
        var rig = new ElevatorRig { Backend = { OnDispose = () => throw new InvalidOperationException("broken") } };
        Task disposal = rig.Scheduler.DisposeAsync().AsTask();
        rig.Backend.CompleteAll();
        await disposal;
        Assert.True(rig.Scheduler.Shutdown!.IsClean);
        Assert.Contains("broken", Assert.Single(rig.Faults), StringComparison.Ordinal);
    }
}
