using IoMerge.Backends;
using IoMerge.Testing;

namespace IoMerge.Scheduler.Tests;

/// <summary>What counts as time at the store.</summary>
public class LatencyTests
{
    [Fact]
    public void ServiceOfInlineOperations_IsEachOnesOwn_NotTheBatches()
    {
        var rig = new ElevatorRig(o => o.Merge.Level = MergeLevel.Off);
        CompleteAfter(rig, microseconds: 10);
        rig.Plug([.. Enumerable.Range(0, 8).Select(i => ProbeRequest.Read(i * 512, 512))]);
        LatencySummary service = rig.Stats.ServiceLatency;
        Assert.Equal((8L, 10.0, 10.0), (service.Count, service.MeanUs, service.MaxUs));
    }

    [Fact]
    public void Service_DoesNotCountWhatCallersDoBeforeTheSubmission()
    {
        var rig = new ElevatorRig(o => o.Merge.Level = MergeLevel.Off);
        CompleteAfter(rig, microseconds: 10);
        // The empty read is told in the turn that submits the other.
        rig.Plug(
            ProbeRequest.Read(0, 0, onCompleted: _ => rig.Time.AdvanceNs(5_000_000)), ProbeRequest.Read(512, 512));
        Assert.Equal((1L, 10.0), (rig.Stats.ServiceLatency.Count, rig.Stats.ServiceLatency.MaxUs));
    }

    [Fact]
    public void ServiceOfAnOperationBehindInlineOnes_BeginsAtItsOwnSubmission()
    {
        var rig = new ElevatorRig(o => o.Merge.Level = MergeLevel.Off);
        rig.Backend.Immediately = io =>
        {
            rig.Backend.Immediately = null;
            rig.Time.AdvanceNs(40_000);
            return (Errno.None, io.Extent.Length);
        };
        rig.Plug(ProbeRequest.Read(0, 512), ProbeRequest.Read(512, 512));
        rig.Time.AdvanceNs(7_000);
        rig.Backend.CompleteAll();
        LatencySummary service = rig.Stats.ServiceLatency;
        Assert.Equal((2L, (40.0 + 7.0) / 2, 40.0), (service.Count, service.MeanUs, service.MaxUs));
    }

    [Fact]
    public void TimesOfARequest_BeginWithItsOwnArrival_WhateverCameBefore()
    {
        ElevatorRig rig = OneAtATime();
        CompleteAfter(rig, microseconds: 10);
        rig.Plug(ProbeRequest.Read(0, 512));
        rig.Time.AdvanceNs(5_000_000);
        rig.Plug(ProbeRequest.Read(512, 512), ProbeRequest.Read(2048, 512));
        SchedulerSnapshot books = rig.Stats;
        Assert.Equal((3L, 10.0), (books.ServiceLatency.Count, books.ServiceLatency.MaxUs));
        Assert.Equal((3L, 10.0), (books.QueueLatency.Count, books.QueueLatency.MaxUs));
    }

    [Fact]
    public void Service_DoesNotCountWhatTheCallerOfAFailedOneDoes()
    {
        ElevatorRig rig = OneAtATime();
        rig.Plug(
            ProbeRequest.Read(0, 512, onCompleted: _ => rig.Time.AdvanceNs(5_000_000)), ProbeRequest.Read(512, 512));
        rig.Backend.Complete(rig.Backend.InFlight[0], Errno.EIO, 0);
        rig.Time.AdvanceNs(10_000);
        rig.Backend.CompleteAll();
        Assert.Equal((2L, 10.0), (rig.Stats.ServiceLatency.Count, rig.Stats.ServiceLatency.MaxUs));
    }

    [Fact]
    public void WhatTheListenerToOutcomesTakes_CountsAsWaiting_NotAsService()
    {
        ElevatorRig rig = OneAtATime();
        CompleteAfter(rig, microseconds: 10);
        rig.Scheduler.OutcomesTold += () => rig.Time.AdvanceNs(3_000_000);
        rig.Plug(ProbeRequest.Read(0, 512), ProbeRequest.Read(512, 512));
        SchedulerSnapshot books = rig.Stats;
        Assert.Equal((2L, 10.0), (books.ServiceLatency.Count, books.ServiceLatency.MaxUs));
        Assert.Equal((2L, 3_010.0), (books.QueueLatency.Count, books.QueueLatency.MaxUs));
    }

    private static ElevatorRig OneAtATime() => new(o =>
    {
        o.Merge.Level = MergeLevel.Off;
        o.Depth = 1;
    });

    private static void CompleteAfter(ElevatorRig rig, int microseconds) => rig.Backend.Immediately = io =>
    {
        rig.Time.AdvanceNs(microseconds * 1_000);
        return (Errno.None, io.Extent.Length);
    };
}
