using IoMerge.Backends;
using IoMerge.Testing;

namespace IoMerge.Scheduler.Tests;

public class AdmissionTests
{
    [Fact]
    public void AtTheBound_RequestsAreKeptAside_AndCongestionIsSaidAndEnded()
    {
        var rig = new ElevatorRig(o => { o.QueueMaxRequests = 2; o.Merge.Level = MergeLevel.Off; });
        int ended = 0;
        rig.Scheduler.CongestionEnded += () => ended++;
        for (int i = 0; i < 4; i++)
            rig.Submit(ProbeRequest.Read(i * 16, 16));
        Assert.True(rig.Scheduler.IsCongested);
        Assert.Equal((2, 2), (rig.Stats.InFlight, rig.Stats.Parked));
        rig.Backend.Complete(rig.Backend.InFlight[0]);
        Assert.Equal(0, ended);
        rig.Backend.Complete(rig.Backend.InFlight[0]);
        Assert.Equal((1, false), (ended, rig.Scheduler.IsCongested));
    }

    [Fact]
    public void TheBoundInBytes_Holds_AndALargerRequestPassesAlone()
    {
        var rig = new ElevatorRig(o => o.QueueMaxBytes = 4096);
        rig.Submit(ProbeRequest.Read(0, 8192));
        rig.Submit(ProbeRequest.Read(8192, 1));
        Assert.Equal((1, 1), (rig.Stats.InFlight, rig.Stats.Parked));
        rig.Backend.CompleteAll();
        Assert.Equal(2, rig.Stats.RequestsCompleted);
    }

    [Fact]
    public void TheReserve_HasABoundToo()
    {
        var rig = new ElevatorRig(o => o.QueueMaxRequests = 1);
        rig.Submit(ProbeRequest.Read(0, 1));
        for (int i = 0; i < 255; i++)
            rig.Submit(ProbeRequest.Read(1 + i, 1));
        Assert.False(rig.Scheduler.IsReserveExhausted);
        rig.Submit(ProbeRequest.Read(500, 1));
        Assert.True(rig.Scheduler.IsReserveExhausted);
        rig.Backend.CompleteAll();
        Assert.False(rig.Scheduler.IsReserveExhausted);
    }

    [Fact]
    public void WhatIsPostedWhileTheOwnerIsHeldUp_CountsAgainstTheBoundAndTheReserve()
    {
        var rig = new ElevatorRig(o => { o.QueueMaxRequests = 2; o.Merge.Level = MergeLevel.Off; });
        int ended = 0;
        rig.Scheduler.CongestionEnded += () => ended++;
        rig.WhileOwnerIsHeldUp(() =>
        {
            rig.Plug(ProbeRequest.Read(0, 16), ProbeRequest.Read(16, 16));
            Assert.False(rig.Scheduler.IsCongested);
            rig.Submit(ProbeRequest.Read(32, 16));
            Assert.True(rig.Scheduler.IsCongested);
            for (int i = 0; i < 254; i++)
                rig.Submit(ProbeRequest.Read(48 + i, 1));
            Assert.False(rig.Scheduler.IsReserveExhausted);
            rig.Submit(ProbeRequest.Read(1000, 1));
            Assert.True(rig.Scheduler.IsReserveExhausted);
        });
        Assert.Equal((2, 256), (rig.Stats.InFlight, rig.Stats.Parked));
        rig.Backend.CompleteAll();
        Assert.Equal((2, false), (ended, rig.Scheduler.IsCongested));
    }

    [Fact]
    public void BytesPostedWhileTheOwnerIsHeldUp_CountToo()
    {
        var rig = new ElevatorRig(o => o.QueueMaxBytes = 4096);
        rig.WhileOwnerIsHeldUp(() =>
        {
            rig.Submit(ProbeRequest.Read(0, 4096));
            Assert.False(rig.Scheduler.IsCongested);
            rig.Submit(ProbeRequest.Read(8192, 1));
            Assert.True(rig.Scheduler.IsCongested);
            rig.Submit(ProbeRequest.Read(16384, 16 << 20));
            Assert.True(rig.Scheduler.IsReserveExhausted);
        });
        rig.Backend.CompleteAll();
        Assert.False(rig.Scheduler.IsCongested);
    }

    [Fact]
    public async Task SubmittersWhoHeedCongestion_ExceedTheBoundByOneEach_AndAreAllWoken()
    {
        const int submitters = 4, bound = 8;
        await using var scheduler = new IoScheduler(
            new ThreadedStore(1 << 20), new SchedulerOptions { Depth = 4, QueueMaxRequests = bound });
        ManualResetEventSlim[] gates = [.. Enumerable.Range(0, submitters).Select(_ => new ManualResetEventSlim())];
        scheduler.CongestionEnded += () => Array.ForEach(gates, gate => gate.Set());
        int outstanding = 0, most = 0, told = 0;
        await Task.WhenAll(gates.Select(gate => Task.Factory.StartNew(
            () =>
            {
                for (int i = 0; i < 2000; i++)
                {
                    // First made ready to be woken, then looked, so that the end in between is not missed.
                    for (gate.Reset(); scheduler.IsCongested; gate.Reset())
                        Assert.True(gate.Wait(TimeSpan.FromMinutes(5), TestContext.Current.CancellationToken));
                    int now = Interlocked.Increment(ref outstanding);
                    for (int seen = most; now > seen; seen = most)
                        Interlocked.CompareExchange(ref most, now, seen);
                    scheduler.Submit(ProbeRequest.Read(i * 16, 16, onCompleted: _ =>
                    {
                        Interlocked.Decrement(ref outstanding);
                        Interlocked.Increment(ref told);
                    }));
                }
            },
            TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default)));
        await scheduler.DrainAsync();
        Assert.Equal(submitters * 2000, told);
        Assert.InRange(most, 1, bound + submitters);
    }

    [Fact]
    public void WiderBounds_EndCongestion()
    {
        var rig = new ElevatorRig(o => o.QueueMaxRequests = 1);
        int ended = 0;
        rig.Scheduler.CongestionEnded += () => ended++;
        rig.Plug(ProbeRequest.Read(0, 16), ProbeRequest.Read(100, 16));
        Assert.True(rig.Scheduler.IsCongested);
        rig.Scheduler.Reconfigure(rig.Scheduler.Options with { QueueMaxRequests = 2 });
        Assert.Equal((1, false), (ended, rig.Scheduler.IsCongested));
        rig.Scheduler.Reconfigure(rig.Scheduler.Options with { QueueMaxRequests = 1 });
        Assert.True(rig.Scheduler.IsCongested);
        rig.Backend.CompleteAll();
        Assert.False(rig.Scheduler.IsCongested);
    }

    [Fact]
    public void ExtentsNearTheEndOfNumbers_DoNotOverflowTheBooks()
    {
        var rig = new ElevatorRig(o => { o.QueueMaxBytes = 4096; o.QueueMaxRequests = 100; });
        ProbeRequest[] reads = rig.Plug(
            [.. Enumerable.Range(0, 3).Select(i => ProbeRequest.Of(IoKind.Read, i, long.MaxValue - i))]);
        Assert.Equal((1, 2), (rig.Stats.InFlight, rig.Stats.Parked));
        Assert.True(rig.Scheduler.IsReserveExhausted);
        while (rig.Backend.InFlight.Count > 0)
            rig.Backend.Complete(rig.Backend.InFlight[0], Errno.EIO, 0);
        Assert.All(reads, read => Assert.Equal((1, Errno.EIO), (read.Completions, read.Error)));
        Assert.False(rig.Scheduler.IsCongested);
    }

    [Fact]
    public void AFlushBehindParkedWrites_StillWaitsForThem()
    {
        var rig = new ElevatorRig(o => o.QueueMaxRequests = 1);
        rig.Submit(ProbeRequest.Fill(0, 1, 1));
        ProbeRequest parked = rig.Submit(ProbeRequest.Fill(100, 1, 1));
        ProbeRequest flush = rig.Submit(ProbeRequest.Flush());
        Assert.DoesNotContain(rig.Backend.InFlight, io => io.Kind == IoKind.Flush);
        rig.Backend.CompleteAll();
        Assert.True(parked.IsCompleted && flush.IsCompleted);
        Assert.Equal(IoKind.Flush, rig.Backend.Log[^1].Kind);
    }

    [Fact]
    public void ACancel_TakesBackWhatIsQueuedBlockedParkedOrAFlush_AndNothingElse()
    {
        var rig = new ElevatorRig(o => { o.Depth = 1; o.QueueMaxRequests = 4; });
        ProbeRequest inFlight = rig.Submit(ProbeRequest.Fill(0, 16, 1, id: 1));
        ProbeRequest blocked = rig.Submit(ProbeRequest.Fill(8, 16, 2, id: 2));
        ProbeRequest queued = rig.Submit(ProbeRequest.Fill(100, 16, 3, id: 3));
        ProbeRequest flush = rig.Submit(ProbeRequest.Flush(id: 4));
        ProbeRequest parked = rig.Submit(ProbeRequest.Fill(200, 16, 5, id: 5));
        for (ulong id = 1; id <= 5; id++)
            rig.Scheduler.Cancel(id);
        rig.Scheduler.Cancel(3);
        Assert.All([blocked, queued, flush, parked], r => Assert.Equal((1, Errno.ECANCELED), (r.Completions, r.Error)));
        Assert.False(inFlight.IsCompleted);
        rig.Backend.CompleteAll();
        Assert.Equal((1, Errno.None), (inFlight.Completions, inFlight.Error));
        Assert.Single(rig.Backend.Log);
        Assert.Equal(0, rig.Backend.Bytes[100]);
        rig.AssertClean();
    }

    [Fact]
    public void ACancelThatOvertakesItsRequest_IsRememberedForASecond()
    {
        var rig = new ElevatorRig();
        rig.Scheduler.Cancel(7);
        rig.Scheduler.Cancel(8);
        Assert.Equal(Errno.ECANCELED, rig.Submit(ProbeRequest.Read(0, 1, id: 7)).Error);
        rig.Time.Advance(TimeSpan.FromSeconds(2));
        Assert.False(rig.Submit(ProbeRequest.Read(0, 1, id: 8)).IsCompleted);
    }

    [Fact]
    public void WhoWaitedForACancelledRequest_GoesOn()
    {
        var rig = new ElevatorRig(o => o.Depth = 1);
        BackendIo stall = rig.Stall();
        rig.Submit(ProbeRequest.Fill(0, 16, 1, id: 1));
        ProbeRequest waiting = rig.Submit(ProbeRequest.Read(0, 16));
        rig.Scheduler.Cancel(1);
        rig.Backend.Complete(stall);
        rig.Backend.CompleteAll();
        Assert.Equal((1, (byte)0), (waiting.Completions, waiting.Data[0]));
    }

    [Theory]
    [InlineData(IoKind.Zero, 95)]
    [InlineData(IoKind.Resize, 95)]
    [InlineData(IoKind.SeekData, 95)]
    public void WhatTheStoreCannotDo_IsNotSupported(IoKind kind, int errno)
    {
        var rig = new ElevatorRig(geometry: new BackendGeometry());
        Assert.Equal(new Errno(errno), rig.Submit(ProbeRequest.Of(kind, 0, kind == IoKind.Zero ? 16 : 0)).Error);
    }

    [Fact]
    public void AReadOnlyStore_RefusesChanges()
    {
        var rig = new ElevatorRig(geometry: new BackendGeometry { IsReadOnly = true });
        Assert.Equal(Errno.EROFS, rig.Submit(ProbeRequest.Fill(0, 16, 1)).Error);
    }
}
