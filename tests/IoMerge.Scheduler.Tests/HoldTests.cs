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
        {
            rig.Plug([.. Enumerable.Range(0, 8).Select(i => ProbeRequest.Read(i * 512, 512))]);
            while (rig.Backend.InFlight.Count == 0)
            {
                rig.Time.AdvanceNs(rig.Timer.ArmedNs + 1);
                rig.Timer.GoOff();
            }
            rig.Time.AdvanceNs(Ms);
            rig.Backend.CompleteAll();
        }
        return rig;
    }
}
