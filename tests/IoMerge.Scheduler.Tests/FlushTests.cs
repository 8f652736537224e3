using IoMerge.Backends;
using IoMerge.Testing;

namespace IoMerge.Scheduler.Tests;

public class FlushTests
{
    [Fact]
    public void AFlush_WaitsForEarlierWrites_AndNotForLaterOnes()
    {
        var rig = new ElevatorRig(o => o.Merge.Level = MergeLevel.Off);
        rig.Submit(ProbeRequest.Fill(0, 512, 1));
        ProbeRequest flush = rig.Submit(ProbeRequest.Flush());
        rig.Submit(ProbeRequest.Fill(4096, 512, 2));
        BackendIo earlier = rig.Backend.InFlight[0];
        Assert.DoesNotContain(rig.Backend.InFlight, io => io.Kind == IoKind.Flush);
        rig.Backend.Complete(earlier);
        BackendIo backendFlush = Assert.Single(rig.Backend.InFlight, io => io.Kind == IoKind.Flush);
        rig.Backend.Complete(backendFlush);
        Assert.True(flush.IsCompleted);
        Assert.Single(rig.Backend.InFlight);
    }

    [Fact]
    public void FlushesThatWaitTogether_ShareOneBackendFlush()
    {
        var rig = new ElevatorRig();
        rig.Submit(ProbeRequest.Fill(0, 512, 1));
        ProbeRequest[] flushes = [.. Enumerable.Range(0, 5).Select(_ => rig.Submit(ProbeRequest.Flush()))];
        rig.Backend.CompleteAll();
        Assert.All(flushes, f => Assert.Equal(1, f.Completions));
        Assert.Equal((5, 1), (rig.Stats.FlushesIn, rig.Stats.FlushesOut));
    }

    [Fact]
    public void AFlushThatArrivesDuringABackendFlush_GetsOneOfItsOwn()
    {
        var rig = new ElevatorRig();
        rig.Submit(ProbeRequest.Flush());
        rig.Submit(ProbeRequest.Fill(0, 512, 1));
        ProbeRequest second = rig.Submit(ProbeRequest.Flush());
        rig.Backend.Complete(rig.Backend.InFlight[1]);
        rig.Backend.Complete(rig.Backend.InFlight[0]);
        Assert.False(second.IsCompleted);
        rig.Backend.CompleteAll();
        Assert.True(second.IsCompleted);
        Assert.Equal(2, rig.Stats.FlushesOut);
    }

    [Fact]
    public void AFailedFlush_StaysFailed()
    {
        var rig = new ElevatorRig();
        ProbeRequest first = rig.Submit(ProbeRequest.Flush());
        rig.Backend.Complete(rig.Backend.InFlight[0], Errno.EIO, 0);
        ProbeRequest second = rig.Submit(ProbeRequest.Flush());
        rig.Backend.CompleteAll();
        Assert.Equal((Errno.EIO, Errno.EIO), (first.Error, second.Error));
        Assert.Equal(Errno.EIO, rig.Scheduler.FlushFailure);
    }

    [Fact]
    public void AFlush_EndsAHold()
    {
        var rig = new ElevatorRig(o => { o.Hold.Mode = HoldMode.Fixed; o.Hold.MaxUs = 1000; });
        ProbeRequest write = rig.Submit(ProbeRequest.Fill(0, 512, 1));
        Assert.Empty(rig.Backend.InFlight);
        Assert.Equal(1_000_000, rig.Timer.ArmedNs);
        rig.Submit(ProbeRequest.Flush());
        Assert.Single(rig.Backend.InFlight);
        rig.Backend.CompleteAll();
        Assert.True(write.IsCompleted);
    }

    [Fact]
    public void AnEarlierWriteThatMergedIntoALaterOne_IsStillWaitedFor()
    {
        var rig = new ElevatorRig(o => o.Depth = 1);
        BackendIo stall = rig.Stall();
        rig.Submit(ProbeRequest.Fill(0, 512, 1));
        ProbeRequest flush = rig.Submit(ProbeRequest.Flush());
        rig.Submit(ProbeRequest.Fill(512, 512, 2));
        rig.Backend.Complete(stall);
        Assert.Equal(1024, Assert.Single(rig.Backend.InFlight).Extent.Length);
        Assert.False(flush.IsCompleted);
        rig.Backend.Complete(rig.Backend.InFlight[0]);
        Assert.Equal(IoKind.Flush, Assert.Single(rig.Backend.InFlight).Kind);
        rig.Backend.CompleteAll();
        Assert.True(flush.IsCompleted);
    }
}
