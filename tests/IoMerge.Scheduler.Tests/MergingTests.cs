using IoMerge.Backends;
using IoMerge.Testing;

namespace IoMerge.Scheduler.Tests;

public class MergingTests
{
    [Fact]
    public void AdjacentReadsOfOnePlug_TravelTogether_AndEachGetsItsBytes()
    {
        var rig = new ElevatorRig();
        rig.Backend.Immediately = io => (Errno.None, io.Extent.Length);
        rig.Plug(ProbeRequest.Fill(0, 512, 1), ProbeRequest.Fill(512, 512, 2), ProbeRequest.Fill(1024, 512, 3));
        ProbeRequest[] reads = rig.Plug(
            ProbeRequest.Read(512, 512), ProbeRequest.Read(0, 512), ProbeRequest.Read(1024, 512));
        Assert.Equal(2, rig.Backend.Log.Count);
        Assert.Equal(new Extent(0, 1536), rig.Backend.Log[1].Extent);
        Assert.All(reads, (read, i) => Assert.All(read.Data, b => Assert.Equal(new byte[] { 2, 1, 3 }[i], b)));
        Assert.Equal((2 + 1, 1), (rig.Stats.BackMerges, rig.Stats.FrontMerges));
        rig.AssertClean();
    }

    [Fact]
    public void OperationsOfOneTurn_ReachTheStoreAsOneBatch_AndASingleOneAsNone()
    {
        var rig = new ElevatorRig();
        rig.Plug(ProbeRequest.Read(0, 512), ProbeRequest.Read(4096, 512), ProbeRequest.Read(8192, 512));
        Assert.Equal([3], rig.Backend.Batches);
        rig.Submit(ProbeRequest.Read(2048, 512));
        Assert.Equal([3], rig.Backend.Batches);
        rig.Backend.CompleteAll();
        rig.AssertClean();
    }

    [Fact]
    public void WhatWaitsWhileDepthIsUsedUp_GrowsIntoOneOperation()
    {
        var rig = new ElevatorRig(o => o.Depth = 1);
        BackendIo stall = rig.Stall();
        foreach (int block in new[] { 5, 3, 4, 7, 6 })
            rig.Submit(ProbeRequest.Fill(block * 512, 512, (byte)block));
        rig.Backend.Complete(stall);
        Assert.Equal(new Extent(3 * 512, 5 * 512), rig.Backend.InFlight[0].Extent);
        rig.Backend.CompleteAll();
        Assert.Equal(5, rig.Backend.Bytes[5 * 512]);
        Assert.Equal(7, rig.Backend.Bytes[8 * 512 - 1]);
        rig.AssertClean();
    }

    [Theory]
    [InlineData(0, 2)]
    [InlineData(511, 2)]
    [InlineData(512, 1)]
    public void ReadsAGapApart_AreBridged_UpToTheLimit(int limit, int operations)
    {
        var rig = new ElevatorRig(o => o.Merge.ReadGapBytes = limit);
        ProbeRequest[] reads = rig.Plug(ProbeRequest.Read(0, 512), ProbeRequest.Read(1024, 512));
        rig.Backend.CompleteAll();
        Assert.Equal(operations, rig.Backend.Log.Count);
        Assert.All(reads, r => Assert.Equal(512, r.Result));
        Assert.Equal(operations == 1 ? 512 : 0, rig.Stats.GapBytes);
    }

    [Fact]
    public void WritesAGapApart_AreNeverBridged()
    {
        var rig = new ElevatorRig(o => o.Merge.ReadGapBytes = 1 << 20);
        rig.Plug(ProbeRequest.Fill(0, 512, 1), ProbeRequest.Fill(1024, 512, 1));
        rig.Backend.CompleteAll();
        Assert.Equal(2, rig.Backend.Log.Count);
        Assert.True(rig.Stats.Refusals[(int)MergeRefusal.Gap] > 0);
    }

    [Fact]
    public void AGapThatIsBeingWritten_IsNotBridged()
    {
        var rig = new ElevatorRig(o => { o.Merge.ReadGapBytes = 4096; o.Depth = 1; });
        BackendIo stall = rig.Stall();
        rig.Plug(ProbeRequest.Read(0, 512), ProbeRequest.Fill(512, 512, 9), ProbeRequest.Read(1024, 512));
        rig.Backend.Complete(stall);
        rig.Backend.CompleteAll();
        Assert.Equal(4, rig.Backend.Log.Count);
        Assert.Equal(1, rig.Stats.Refusals[(int)MergeRefusal.Overlap]);
        rig.AssertClean();
    }

    [Fact]
    public void OverlappingReads_ShareOneTransfer()
    {
        var rig = new ElevatorRig();
        rig.Submit(ProbeRequest.Write(0, [0, 1, 2, 3, 4, 5, 6, 7]));
        rig.Backend.CompleteAll();
        ProbeRequest[] reads = rig.Plug(
            ProbeRequest.Read(0, 6), ProbeRequest.Read(2, 4, ownMemory: true), ProbeRequest.Read(4, 4),
            ProbeRequest.Read(4, 1));
        rig.Backend.CompleteAll();
        Assert.Equal(2, rig.Backend.Log.Count);
        Assert.Equal([0, 1, 2, 3, 4, 5], reads[0].Data);
        Assert.Equal([2, 3, 4, 5], reads[1].Data);
        Assert.Equal([4, 5, 6, 7], reads[2].Data);
        Assert.Equal([4], reads[3].Data);
        Assert.Equal(3, rig.Stats.OverlapMerges);
        Assert.Equal([64, 0, 64, 64], reads.Select(read => read.LeadGiven));
    }

    [Theory]
    [InlineData(MergeLevel.Off, 3)]
    [InlineData(MergeLevel.Last, 2)]
    [InlineData(MergeLevel.All, 1)]
    public void Level_DecidesHowFarMergingGoes(MergeLevel level, int operations)
    {
        var rig = new ElevatorRig(o => { o.Merge.Level = level; o.Depth = 1; });
        BackendIo stall = rig.Stall();
        // 0 and 1 arrive one after the other; 2 arrives after something else.
        rig.Plug(ProbeRequest.Read(0, 512), ProbeRequest.Read(512, 512));
        rig.Submit(ProbeRequest.Flush());
        rig.Submit(ProbeRequest.Read(1024, 512));
        rig.Backend.Complete(stall);
        rig.Backend.CompleteAll();
        Assert.Equal(operations, rig.Backend.Log.Count(l => l.Kind == IoKind.Read) - 1);
    }

    [Fact]
    public void Limits_OfBytesRequestsSegmentsAndBoundary_AreKept()
    {
        Assert.Equal(4, Operations(o => o.Merge.MaxBytes = 4096));
        Assert.Equal(8, Operations(o => o.Merge.MaxRequests = 4));
        Assert.Equal(4, Operations(o => o.Merge.Boundary = 4096));
        Assert.Equal(2, Operations(null, new BackendGeometry { MaxTransferBytes = 8192 }));
        Assert.Equal(8, Operations(null, new BackendGeometry { PreferredTransferBytes = 2048 }));
        Assert.Equal(16, Operations(null, new BackendGeometry { Boundary = 1024 }));
        Assert.True(Operations(o => o.Merge.MaxSegments = 4) >= 8);

        static int Operations(Action<SchedulerOptions>? configure, BackendGeometry? geometry = null)
        {
            var rig = new ElevatorRig(configure, geometry: geometry);
            // Every second piece of memory is allocated elsewhere, so that pieces hardly ever continue each other.
            rig.Plug([.. Enumerable.Range(0, 32).Select(i => ProbeRequest.Fill(i * 512, 512, (byte)i))]);
            rig.Backend.CompleteAll();
            for (int i = 0; i < 32; i++)
                Assert.Equal(i, rig.Backend.Bytes[i * 512 + 511]);
            rig.AssertClean();
            return rig.Backend.Log.Count;
        }
    }

    [Fact]
    public void ARequestLargerThanTheLimit_PassesAlone()
    {
        var rig = new ElevatorRig(o => o.Merge.MaxBytes = 4096);
        rig.Plug(ProbeRequest.Fill(0, 8192, 1), ProbeRequest.Fill(8192, 512, 1));
        rig.Backend.CompleteAll();
        Assert.Equal([8192, 512], rig.Backend.Log.Select(l => l.Extent.Length));
    }

    [Fact]
    public void SyncWrites_TravelOnlyWithTheirLike()
    {
        var rig = new ElevatorRig();
        rig.Plug(
            ProbeRequest.Fill(0, 512, 1), ProbeRequest.Fill(512, 512, 1, IoFlags.DataSync),
            ProbeRequest.Fill(1024, 512, 1, IoFlags.DataSync), ProbeRequest.Fill(1536, 512, 1, IoFlags.Sync));
        rig.Backend.CompleteAll();
        Assert.Equal([IoFlags.None, IoFlags.DataSync, IoFlags.Sync], rig.Backend.Log.Select(l => l.Flags));
        Assert.Equal(1024, rig.Backend.Log[1].Extent.Length);
        Assert.True(rig.Stats.Refusals[(int)MergeRefusal.Sync] > 0);
    }

    [Fact]
    public void ReadAndWrite_NeverTravelTogether_AndTheRefusalIsNamed()
    {
        var rig = new ElevatorRig();
        rig.Plug(ProbeRequest.Read(0, 512), ProbeRequest.Fill(512, 512, 1));
        rig.Backend.CompleteAll();
        Assert.Equal(2, rig.Backend.Log.Count);
        Assert.Equal(1, rig.Stats.Refusals[(int)MergeRefusal.Direction]);
    }

    [Fact]
    public void DeadlineWithoutFrontMerges_GrowsBehindOnly()
    {
        var rig = new ElevatorRig(o => { o.Policy = DispatchPolicies.Deadline; o.Deadline.FrontMerges = false; });
        rig.Plug(ProbeRequest.Read(512, 512), ProbeRequest.Read(0, 512));
        rig.Backend.CompleteAll();
        // The sweep starts at 0 and takes both; a seed in the middle may not take what is before it.
        Assert.Single(rig.Backend.Log);
        Assert.Equal(0, rig.Stats.FrontMerges);
    }

    [Fact]
    public void EightInterleavedStreams_AllMerge()
    {
        var rig = new ElevatorRig(o => o.Depth = 1);
        BackendIo stall = rig.Stall();
        for (int i = 0; i < 4; i++)
        {
            for (int stream = 0; stream < 8; stream++)
                rig.Submit(ProbeRequest.Fill(stream * 65536 + i * 512, 512, (byte)stream));
        }
        rig.Backend.Complete(stall);
        rig.Backend.CompleteAll();
        Assert.Equal(8, rig.Backend.Log.Count - 1);
        rig.AssertClean();
    }
}
