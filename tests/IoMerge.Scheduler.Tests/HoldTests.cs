using IoMerge.Backends;
using IoMerge.Testing;

namespace IoMerge.Scheduler.Tests;

public class HoldTests
{
    private const int Ms = 1_000_000;

    [Fact]
    public void SelfClocked_OnAFastStore_NeverHolds()
    {
        var rig = new ElevatorRig(o => o.Hold.Mode = HoldMode.SelfClocked);
        for (int round = 0; round < 50; round++)
        {
            rig.Plug([.. Enumerable.Range(0, 8).Select(i => ProbeRequest.Read(i * 512, 512))]);
            rig.Time.AdvanceNs(5_000);
            Assert.NotEmpty(rig.Backend.InFlight);
            rig.Backend.CompleteAll();
        }
        Assert.Equal(0, rig.Stats.Holds);
    }

    [Fact]
    public void SelfClocked_LetsABurstComplete_WhereMergingPays()
    {
        ElevatorRig rig = SlowMergingRig();
        // Of a burst of eight only three are there yet.
        long offset = 100 * 512;
        for (int i = 0; i < 3; i++, offset += 512)
            rig.Submit(ProbeRequest.Read(offset, 512));
        Assert.Empty(rig.Backend.InFlight);
        Assert.True(rig.Timer.ArmedNs > 0);
        for (int i = 3; i < 8; i++, offset += 512)
            rig.Submit(ProbeRequest.Read(offset, 512));
        Assert.Equal(8 * 512, Assert.Single(rig.Backend.InFlight).Extent.Length);
    }

    [Fact]
    public void SelfClocked_GivesUpWhenNothingMoreComes()
    {
        ElevatorRig rig = SlowMergingRig();
        rig.Submit(ProbeRequest.Read(100 * 512, 512));
        Assert.Empty(rig.Backend.InFlight);
        Assert.InRange(rig.Timer.ArmedNs, 1, 300_000);
        rig.Time.AdvanceNs(rig.Timer.ArmedNs + 1);
        rig.Timer.GoOff();
        Assert.Single(rig.Backend.InFlight);
    }

    [Fact]
    public void SelfClocked_ScatteredRequests_AreNotHeld()
    {
        var rig = new ElevatorRig(o => o.Hold.Mode = HoldMode.SelfClocked);
        for (int round = 0; round < 50; round++)
        {
            rig.Submit(ProbeRequest.Read(round * 9000, 512));
            Assert.Single(rig.Backend.InFlight);
            rig.Time.AdvanceNs(Ms);
            rig.Backend.CompleteAll();
        }
        Assert.Equal(0, rig.Stats.Holds);
    }

    [Fact]
    public void SelfClocked_ACompleteRun_LeavesWithoutWaitingForOthers()
    {
        ElevatorRig rig = SlowMergingRig();
        // Two streams, so that sixteen are outstanding at a time.
        for (int round = 0; round < 20; round++)
            ServeTwoStreams(rig);
        int before = rig.Backend.InFlight.Count;
        rig.Plug([.. Enumerable.Range(0, 3).Select(i => ProbeRequest.Read(i * 512, 512))]);
        Assert.Equal(before, rig.Backend.InFlight.Count);

        rig.Plug([.. Enumerable.Range(3, 5).Select(i => ProbeRequest.Read(i * 512, 512))]);

        Assert.Equal(8 * 512, Assert.Single(rig.Backend.InFlight).Extent.Length);
    }

    [Fact]
    public void SelfClocked_TwoHalvesOfAStream_BecomeOneOperation()
    {
        ElevatorRig rig = SlowMergingRig();
        BackendIo first = InFlightFrom(rig, 0);
        // As long as what lately travelled together, and yet only the half of what could.
        rig.Plug([.. Enumerable.Range(8, 8).Select(i => ProbeRequest.Read(i * 512, 512))]);
        Assert.Same(first, Assert.Single(rig.Backend.InFlight));

        rig.Time.AdvanceNs(Ms);
        rig.Backend.CompleteAll();
        Assert.Empty(rig.Backend.InFlight);
        rig.Plug([.. Enumerable.Range(16, 8).Select(i => ProbeRequest.Read(i * 512, 512))]);

        Assert.Equal(new Extent(8 * 512, 16 * 512), Assert.Single(rig.Backend.InFlight).Extent);
    }

    [Fact]
    public void SelfClocked_WhatContinuesInFlight_IsNotHeldForEver()
    {
        ElevatorRig rig = SlowMergingRig();
        InFlightFrom(rig, 0);
        rig.Plug([.. Enumerable.Range(8, 8).Select(i => ProbeRequest.Read(i * 512, 512))]);

        // One and a half of the latency, and the store has still not answered.
        Assert.Equal(3 * Ms / 2, rig.Timer.ArmedNs);
        rig.Time.AdvanceNs(rig.Timer.ArmedNs);
        rig.Timer.GoOff();

        Assert.Equal(2, rig.Backend.InFlight.Count);
    }

    [Theory]
    [InlineData(128 << 10, 1)]
    [InlineData(128 << 10 | 512, 2)]
    public void SelfClocked_LargeHalves_TravelSideBySide(int bytes, int operations)
    {
        var rig = new ElevatorRig(o => o.Hold.Mode = HoldMode.SelfClocked);
        for (int round = 0; round < 30; round++)
            ServeBurst(rig, Ms, bytes / 8);
        rig.Plug([.. Enumerable.Range(0, 8).Select(i => ProbeRequest.Read(i * (bytes / 8L), bytes / 8))]);

        rig.Plug([.. Enumerable.Range(8, 8).Select(i => ProbeRequest.Read(i * (bytes / 8L), bytes / 8))]);

        Assert.Equal(operations, rig.Backend.InFlight.Count);
    }

    [Fact]
    public void SelfClocked_WhoSendsAgainWhileOthersAreAnswered_IsTakenForPartOfTheNextBurst()
    {
        ElevatorRig rig = SlowMergingRig();
        rig.Plug([.. Enumerable.Range(0, 8).Select(i => ProbeRequest.Read(
            i * 512, 512, onCompleted: _ => rig.Submit(ProbeRequest.Read((8 + i) * 512, 512))))]);
        rig.Time.AdvanceNs(Ms);

        rig.Backend.Complete(rig.Backend.InFlight[0]);

        Assert.Equal(new Extent(8 * 512, 8 * 512), Assert.Single(rig.Backend.InFlight).Extent);
        // The newcomers were not counted beside those whom they replace: as many as ever are a complete burst.
        rig.Time.AdvanceNs(Ms);
        rig.Backend.CompleteAll();
        rig.Plug([.. Enumerable.Range(100, 4).Select(i => ProbeRequest.Read(i * 1024, 512))]);
        rig.Plug([.. Enumerable.Range(200, 4).Select(i => ProbeRequest.Read(i * 1024, 512))]);
        Assert.Equal(8, rig.Backend.InFlight.Count);
    }

    [Fact]
    public void SelfClocked_OnAStoreWithAQuota_GoesByTheMeanOfManyOperations()
    {
        var rig = new ElevatorRig(o => o.Hold.Mode = HoldMode.SelfClocked);
        // A hundred operations of 50 µs and a pause of 80 ms, over and over: an operation costs nearly a millisecond.
        for (int round = 0; round < 350; round++)
            ServeBurst(rig, round % 100 == 50 ? 80 * Ms : 50_000);

        rig.Plug([.. Enumerable.Range(0, 3).Select(i => ProbeRequest.Read(i * 512, 512))]);

        Assert.Empty(rig.Backend.InFlight);
        Assert.True(rig.Timer.ArmedNs > 0);
    }

    [Fact]
    public void Cancel_OfTheRequestThatIsHeld_LetsTheNextBeChosen()
    {
        ElevatorRig rig = SlowMergingRig();
        var first = ProbeRequest.Read(100 * 512, 512, id: 7);
        rig.Submit(first);
        Assert.Empty(rig.Backend.InFlight);

        rig.Scheduler.Cancel(7);
        rig.Submit(ProbeRequest.Read(300 * 512, 512));
        rig.Time.AdvanceNs(2 * Ms);
        rig.Timer.GoOff();

        Assert.Equal(Errno.ECANCELED, first.Error);
        Assert.Equal(300 * 512, Assert.Single(rig.Backend.InFlight).Extent.Offset);
    }

    [Fact]
    public void Fixed_WaitsFromTheOldestRequestOn_AndGrowthDoesNotRenewIt()
    {
        var rig = new ElevatorRig(o => { o.Hold.Mode = HoldMode.Fixed; o.Hold.MaxUs = 1000; });
        rig.Submit(ProbeRequest.Read(0, 512));
        Assert.Equal(Ms, rig.Timer.ArmedNs);
        rig.Time.AdvanceNs(600_000);
        rig.Submit(ProbeRequest.Read(512, 512));
        Assert.Equal(400_000, rig.Timer.ArmedNs);
        rig.Time.AdvanceNs(400_000);
        rig.Timer.GoOff();
        Assert.Equal(1024, Assert.Single(rig.Backend.InFlight).Extent.Length);
    }

    [Fact]
    public async Task TheRealTimer_EndsAHold()
    {
        var backend = new StepBackend(4096);
        var options = new SchedulerOptions { Hold = new HoldOptions { Mode = HoldMode.Fixed, MaxUs = 200 } };
        var done = new TaskCompletionSource();
        await using var scheduler = new IoScheduler(backend, options);
        backend.Immediately = io => (Errno.None, io.Extent.Length);
        scheduler.Submit(ProbeRequest.Read(0, 512, onCompleted: _ => done.SetResult()));
        await done.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Assert.Equal(1, scheduler.GetSnapshot().Holds);
    }

    /// <summary>A store of 1 ms per operation that has lately served bursts of eight adjacent reads.</summary>
    private static ElevatorRig SlowMergingRig()
    {
        var rig = new ElevatorRig(o => o.Hold.Mode = HoldMode.SelfClocked);
        for (int round = 0; round < 30; round++)
            ServeBurst(rig, Ms);
        return rig;
    }

    /// <summary>Eight reads, complete and therefore at the store.</summary>
    private static BackendIo InFlightFrom(ElevatorRig rig, int index)
    {
        rig.Plug([.. Enumerable.Range(index, 8).Select(i => ProbeRequest.Read(i * 512, 512))]);
        return Assert.Single(rig.Backend.InFlight);
    }

    private static void ServeBurst(ElevatorRig rig, long serviceNs, int bytes = 512)
    {
        rig.Plug([.. Enumerable.Range(0, 8).Select(i => ProbeRequest.Read((long)i * bytes, bytes))]);
        EndHolds(rig, operations: 1);
        rig.Time.AdvanceNs(serviceNs);
        rig.Backend.CompleteAll();
    }

    private static void ServeTwoStreams(ElevatorRig rig)
    {
        rig.Plug([.. Enumerable.Range(0, 8).Select(i => ProbeRequest.Read(i * 512, 512))]);
        rig.Plug([.. Enumerable.Range(1000, 8).Select(i => ProbeRequest.Read(i * 512, 512))]);
        EndHolds(rig, operations: 2);
        rig.Time.AdvanceNs(Ms);
        rig.Backend.CompleteAll();
    }

    private static void EndHolds(ElevatorRig rig, int operations)
    {
        while (rig.Backend.InFlight.Count < operations)
        {
            rig.Time.AdvanceNs(rig.Timer.ArmedNs + 1);
            rig.Timer.GoOff();
        }
    }
}
