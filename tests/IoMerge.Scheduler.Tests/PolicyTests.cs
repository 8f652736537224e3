using IoMerge.Backends;
using IoMerge.Testing;

namespace IoMerge.Scheduler.Tests;

public class PolicyTests
{
    private const int Far = (1 << 20) - 4096;

    [Fact]
    public void None_SendsEveryRequestByItself_WhateverTheDepth()
    {
        var rig = new ElevatorRig(o => { o.Policy = "none"; o.Depth = 1; });
        rig.Plug([.. Enumerable.Range(0, 8).Select(i => ProbeRequest.Read(i * 512, 512))]);
        Assert.Equal(8, rig.Backend.InFlight.Count);
        rig.Backend.CompleteAll();
    }

    [Fact]
    public void None_DispatchesAtOnce_WhateverWaits()
    {
        var rig = new ElevatorRig(o =>
        {
            o.Policy = "none";
            o.Depth = 1;
            o.Hold.Mode = HoldMode.Fixed;
            o.Hold.MaxUs = 1_000_000;
        });
        rig.Submit(ProbeRequest.Fill(0, 512, 1));
        rig.Submit(ProbeRequest.Fill(256, 512, 2));
        rig.Submit(ProbeRequest.Flush());
        // One is at the store, one waits for it, a flush waits for both; the clock stands still.
        Assert.Equal([0L], Offsets(rig));

        rig.Submit(ProbeRequest.Read(512 * 1024, 512));
        rig.Submit(ProbeRequest.Fill(Far, 512, 3));
        Assert.Equal([0L, 512 * 1024, Far], Offsets(rig));

        rig.Backend.Complete(rig.Backend.InFlight[0]);
        Assert.Equal([512 * 1024, Far, 256L], Offsets(rig));
        rig.Backend.CompleteAll();
        rig.AssertClean();
    }

    [Fact]
    public void None_WhenSwitchedTo_DispatchesEverythingThatWaited()
    {
        var rig = new ElevatorRig(o => { o.Policy = DispatchPolicies.Deadline; o.Depth = 1; });
        rig.Stall();
        for (int i = 1; i <= 4; i++)
            rig.Submit(ProbeRequest.Fill(i * 512, 512, 1));
        Assert.Single(rig.Backend.InFlight);

        rig.Scheduler.Reconfigure(rig.Scheduler.Options with { Policy = DispatchPolicies.None });

        Assert.Equal(5, rig.Backend.InFlight.Count);
        rig.Backend.CompleteAll();
    }

    [Fact]
    public void Fifo_GoesByArrival()
    {
        var rig = new ElevatorRig(o => o.Depth = 1);
        Assert.Equal([9, 1, 5], DispatchOrder(rig, stall: 100, 9, 1, 5));
    }

    [Fact]
    public void Scan_SweepsUpwards_AndBeginsAgainAtTheStart()
    {
        var rig = new ElevatorRig(o => { o.Policy = DispatchPolicies.Scan; o.Depth = 1; });
        // The stall has taken the sweep to block 16; what is below comes with the next sweep.
        Assert.Equal([20, 30, 3, 7], DispatchOrder(rig, stall: 16, 7, 30, 3, 20));
    }

    [Fact]
    public void Scan_ServesWhoIsTooOld_BeforeTheSweep()
    {
        var rig = new ElevatorRig(o => { o.Policy = DispatchPolicies.Scan; o.Depth = 1; o.Scan.MaxAgeMs = 500; });
        BackendIo stall = rig.Stall(16 * 512);
        rig.Submit(ProbeRequest.Read(3 * 1024, 1));
        rig.Time.Advance(TimeSpan.FromMilliseconds(501));
        rig.Submit(ProbeRequest.Read(60 * 1024, 1));
        rig.Backend.Complete(stall);
        Assert.Equal(3 * 1024, rig.Backend.InFlight[0].Extent.Offset);
        rig.Backend.CompleteAll();
    }

    [Fact]
    public void Deadline_PrefersReads_UntilWritesWerePassedOverOftenEnough()
    {
        var rig = new ElevatorRig(o => { OneAtATimeInBatchesOf(o, 1); o.Deadline.WritesStarved = 2; });
        BackendIo stall = rig.Stall(0);
        for (int i = 1; i <= 4; i++)
        {
            rig.Submit(ProbeRequest.Fill(100_000 + i * 2048, 512, 1));
            rig.Submit(ProbeRequest.Read(i * 2048, 512));
        }
        rig.Backend.Complete(stall);
        rig.Backend.CompleteAll();
        Assert.Equal("RRWRRWWW", string.Concat(rig.Backend.Log.Skip(1).Select(l => l.Kind == IoKind.Read ? 'R' : 'W')));
    }

    [Fact]
    public void Deadline_KeepsABatchInOneDirection_InAscendingOrder()
    {
        var rig = new ElevatorRig(o => OneAtATimeInBatchesOf(o, 4));
        Assert.Equal([20, 30, 40, 50, 3], DispatchOrder(rig, stall: 16, 50, 3, 40, 20, 30));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Deadline_LetsTheExpiredGoFirst_AlsoInTheMiddleOfABatch(bool write)
    {
        var rig = new ElevatorRig(o => OneAtATimeInBatchesOf(o, 1000));
        BackendIo stall = rig.Stall(0);
        ProbeRequest old = rig.Submit(write ? ProbeRequest.Fill(Far, 1, 1) : ProbeRequest.Read(Far, 1));
        rig.Time.Advance(TimeSpan.FromMilliseconds(100));
        for (int i = 1; i < 100; i++)
            rig.Submit(ProbeRequest.Read(i * 2048, 1));
        rig.Backend.Complete(stall);
        rig.Backend.Complete(rig.Backend.InFlight[0]);
        rig.Time.Advance(TimeSpan.FromMilliseconds(write ? 5000 : 450));
        rig.Backend.Complete(rig.Backend.InFlight[0]);
        // From now on the reads have expired too, when it is a write that waits: writes_starved decides.
        int served = 0;
        while (!old.IsCompleted)
        {
            rig.Backend.Complete(rig.Backend.InFlight[0]);
            served++;
        }
        Assert.True(write || served == 1, $"{served} others went first.");
        rig.Backend.CompleteAll();
    }

    [Theory]
    [InlineData("Fifo")]
    [InlineData("Scan")]
    [InlineData("Deadline")]
    public void AnEndlessStream_DoesNotStarveAFarRequest_BeyondItsDeadlineAndOneBatch(string policy)
    {
        var rig = new ElevatorRig(o => { o.Policy = policy; o.Depth = 1; o.Merge.MaxBytes = 4096; });
        BackendIo stall = rig.Stall(0);
        ProbeRequest far = rig.Submit(ProbeRequest.Read(Far, 1));
        long offset = 65536;
        for (int i = 0; i < 8; i++, offset += 512)
            rig.Submit(ProbeRequest.Fill(offset % Far, 512, 1));
        rig.Backend.Complete(stall);
        int operations = 0;
        while (!far.IsCompleted)
        {
            // Each operation takes 10 ms, and a client refills the queue behind the stream.
            rig.Time.Advance(TimeSpan.FromMilliseconds(10));
            rig.Submit(ProbeRequest.Fill(offset % Far, 512, 1));
            offset += 512;
            rig.Backend.Complete(rig.Backend.InFlight[0]);
            Assert.True(++operations <= 50 + 16 + 1, "The far read was starved.");
        }
        rig.Backend.CompleteAll();
    }

    [Fact]
    public void Options_AreCopied_SoThatNobodyChangesThemUnchecked()
    {
        var options = new SchedulerOptions { Depth = 2 };
        var rig = new ElevatorRig(o => { o.Depth = 2; o.Merge.Level = MergeLevel.Off; });
        rig.Scheduler.Options.Depth = 1;
        rig.Plug(ProbeRequest.Read(0, 512), ProbeRequest.Read(4096, 512));
        Assert.Equal(2, rig.Backend.InFlight.Count);
        rig.Scheduler.Reconfigure(options);
        options.Depth = 0;
        options.Merge.MaxRequests = 0;
        Assert.Equal((2, 256), (rig.Scheduler.Options.Depth, rig.Scheduler.Options.Merge.MaxRequests));
        rig.Backend.CompleteAll();
        rig.Plug(ProbeRequest.Read(0, 512), ProbeRequest.Read(4096, 512));
        Assert.NotEmpty(rig.Backend.InFlight);
    }

    [Fact]
    public void AnUnknownPolicy_IsRefused_WithTheNamesThatExist()
    {
        var fault = Assert.Throws<ArgumentException>(() => new ElevatorRig(o => o.Policy = "cfq"));
        Assert.Contains("None, Fifo, Scan, Deadline", fault.Message, StringComparison.Ordinal);
    }

    private static void OneAtATimeInBatchesOf(SchedulerOptions options, int operations)
    {
        options.Policy = DispatchPolicies.Deadline;
        options.Depth = 1;
        options.Deadline.FifoBatch = operations;
    }

    private static IEnumerable<long> Offsets(ElevatorRig rig) => rig.Backend.InFlight.Select(io => io.Extent.Offset);

    private static IEnumerable<long> DispatchOrder(ElevatorRig rig, int stall, params int[] blocks)
    {
        BackendIo first = rig.Stall(stall * 1024L);
        foreach (int block in blocks)
            rig.Submit(ProbeRequest.Read(block * 1024, 1));
        rig.Backend.Complete(first);
        rig.Backend.CompleteAll();
        return rig.Backend.Log.Skip(1).Select(l => l.Extent.Offset / 1024);
    }
}
