using CsCheck;
using IoMerge.Backends;
using IoMerge.Testing;

namespace IoMerge.Scheduler.Tests;

public class OrderingTests
{
    [Fact]
    public void OverlappingWritesOfOnePlug_TakeEffectInOrderOfArrival_WhicheverStartsLower()
    {
        var rig = new ElevatorRig();
        rig.Plug(ProbeRequest.Fill(100, 100, 1), ProbeRequest.Fill(50, 100, 2));
        Assert.Single(rig.Backend.InFlight);
        rig.Backend.CompleteAll();
        Assert.Equal([2, 2, 1], new[] { rig.Backend.Bytes[50], rig.Backend.Bytes[149], rig.Backend.Bytes[150] });
        rig.AssertClean();
    }

    [Fact]
    public void ThreeToEightWrites_InAnyOrderAndCompletedInAnyOrder_EndAsIfOneAfterTheOther() =>
        Gen.Select(Gen.Int[0, 60], Gen.Int[1, 40]).Array[3, 8].Select(Gen.Int[0, 1000]).Sample((writes, seed) =>
        {
            var rig = new ElevatorRig(size: 128);
            var expected = new byte[128];
            for (int i = 0; i < writes.Length; i++)
            {
                (int offset, int length) = writes[i];
                expected.AsSpan(offset, length).Fill((byte)(i + 1));
                rig.Submit(ProbeRequest.Fill(offset, length, (byte)(i + 1)));
            }
            var random = new Random(seed);
            while (rig.Backend.InFlight.Count > 0)
                rig.Backend.Complete(rig.Backend.InFlight[random.Next(rig.Backend.InFlight.Count)]);
            return expected.AsSpan().SequenceEqual(rig.Backend.Bytes) && rig.Backend.Violations.Count == 0;
        });

    [Fact]
    public void AWriteSentAfterAnAcknowledgement_IsNeverOvertakenByTheMergedWriteBeforeIt()
    {
        // W1 and W2 merge while something is in flight; W3 overlaps W2 and is sent as soon as W2 is acknowledged.
        var rig = new ElevatorRig(o => o.Depth = 1);
        BackendIo stall = rig.Stall();
        ProbeRequest third = ProbeRequest.Fill(4096, 4096, 3);
        ProbeRequest first = ProbeRequest.Fill(0, 4096, 1);
        ProbeRequest second = ProbeRequest.Write(
            4096, Enumerable.Repeat((byte)2, 4096).ToArray(), onCompleted: _ => rig.Submit(third));
        rig.Plug(first, second);
        rig.Backend.Complete(stall);
        Assert.False(second.IsCompleted);
        rig.Backend.CompleteAll();
        Assert.True(first.IsCompleted && second.IsCompleted && third.IsCompleted);
        Assert.Equal(3, rig.Backend.Bytes[4096]);
        Assert.Equal(1, rig.Backend.Bytes[4095]);
        rig.AssertClean();
    }

    [Fact]
    public void AReadAfterAnOverlappingWrite_WaitsForIt_AndReadsNewBytes()
    {
        var rig = new ElevatorRig();
        rig.Submit(ProbeRequest.Fill(0, 512, 7));
        ProbeRequest read = rig.Submit(ProbeRequest.Read(256, 512));
        Assert.Single(rig.Backend.InFlight);
        rig.Backend.CompleteAll();
        Assert.Equal(7, read.Data[255]);
        Assert.Equal(0, read.Data[256]);
        Assert.Equal(1, rig.Stats.OverlapWaits);
    }

    [Theory]
    [InlineData(IoKind.Discard)]
    [InlineData(IoKind.Zero)]
    public void DiscardAndZero_KeepTheirPlaceAmongWrites(IoKind kind)
    {
        var rig = new ElevatorRig();
        rig.Plug(
            ProbeRequest.Fill(0, 512, 1), ProbeRequest.Of(kind, 256, 512), ProbeRequest.Fill(512, 512, 3));
        Assert.Single(rig.Backend.InFlight);
        rig.Backend.CompleteAll();
        Assert.Equal([IoKind.Write, kind, IoKind.Write], rig.Backend.Log.Select(l => l.Kind));
        rig.AssertClean();
    }

    [Fact]
    public void RequestsThatTouchACommonBlock_AreNeverInFlightTogether()
    {
        var rig = new ElevatorRig(geometry: new BackendGeometry { BlockSize = 4096 });
        rig.Plug(ProbeRequest.Fill(0, 512, 1), ProbeRequest.Fill(512, 512, 2), ProbeRequest.Fill(4096, 4096, 3));
        Assert.Equal(2, rig.Backend.InFlight.Count);
        rig.Backend.CompleteAll();
        rig.AssertClean();
    }

    [Fact]
    public void APileOfWritesToTheSameBytes_CostsEachTheSame()
    {
        var rig = new ElevatorRig();
        for (int i = 0; i < 4_000; i++)
            rig.Submit(ProbeRequest.Fill(0, 1, (byte)i));
        rig.Backend.CompleteAll();
        Assert.Equal(3_999 % 256, rig.Backend.Bytes[0]);
        Assert.Equal(4_000, rig.Stats.OperationsOut);
        rig.AssertClean();
    }

    [Fact]
    public void APolicySwitch_KeepsOrderAcrossIt()
    {
        var rig = new ElevatorRig();
        rig.Submit(ProbeRequest.Fill(0, 512, 1));
        rig.Submit(ProbeRequest.Fill(256, 512, 2));
        rig.Scheduler.Reconfigure(new SchedulerOptions { Policy = DispatchPolicies.Scan });
        rig.Submit(ProbeRequest.Fill(0, 512, 3));
        rig.Backend.CompleteAll();
        Assert.Equal([3, 2], new[] { rig.Backend.Bytes[511], rig.Backend.Bytes[512] });
        rig.AssertClean();
    }
}
