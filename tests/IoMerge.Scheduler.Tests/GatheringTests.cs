using IoMerge.Backends;
using IoMerge.Testing;

namespace IoMerge.Scheduler.Tests;

/// <summary>What a server may rely on that gathers its answers until <see cref="IoScheduler.OutcomesTold"/>.</summary>
public class GatheringTests
{
    [Fact]
    public void OutcomesTold_AfterSeveralOperationsOfOneTurn_IsCalledOnceAfterAll()
    {
        var rig = new ElevatorRig();
        rig.Backend.Immediately = io => (Errno.None, io.Extent.Length);
        var calls = new List<int>();
        ProbeRequest[] reads = [ProbeRequest.Read(0, 512), ProbeRequest.Read(4096, 512), ProbeRequest.Read(65536, 512)];
        rig.Scheduler.OutcomesTold = () => calls.Add(reads.Count(read => read.IsCompleted));
        rig.Plug(reads);
        Assert.Equal(3, rig.Backend.Log.Count);
        Assert.Equal([3], calls);
    }

    [Fact]
    public void OutcomesTold_WhenTheStoreCompletesLater_FollowsEachOperation()
    {
        var rig = new ElevatorRig(o => o.Merge.Level = MergeLevel.Off);
        int calls = 0;
        rig.Scheduler.OutcomesTold = () => calls++;
        rig.Plug(ProbeRequest.Read(0, 512), ProbeRequest.Fill(4096, 512, 1));
        Assert.Equal(0, calls);
        rig.Backend.CompleteAll();
        Assert.Equal(2, calls);
    }

    [Fact]
    public void OutcomesTold_WhenAServerComesForCompletions_IsCalledOnceAfterAll()
    {
        var rig = new ElevatorRig(o => (o.Merge.Level, o.Depth) = (MergeLevel.Off, 3));
        var calls = new List<int>();
        ProbeRequest[] reads = [.. Enumerable.Range(0, 8).Select(i => ProbeRequest.Read(i * 4096, 512))];
        rig.Scheduler.OutcomesTold = () =>
        {
            calls.Add(reads.Count(read => read.IsCompleted));
            // What was told is kept until then: so the places of those operations are not used before.
            if (calls.Count == 1)
                Assert.Empty(rig.Backend.InFlight);
        };
        rig.Plug(reads);
        rig.Backend.Batches.Clear();
        rig.Backend.OnWorkOff = () =>
        {
            for (int i = 0; i < 3; i++)
                rig.Backend.Complete(rig.Backend.InFlight[0]);
        };
        rig.Scheduler.WorkOffCompletions();
        rig.Backend.OnWorkOff = null;
        Assert.Equal([3], calls);
        Assert.Equal([3], rig.Backend.Batches);
        Assert.Empty(rig.Faults);
        rig.Backend.CompleteAll();
        rig.AssertClean();
    }

    [Fact]
    public void StoreThatThrows_WhileCompletionsAreWorkedOff_IsAFaultAndHarmsNobody()
    {
        var rig = new ElevatorRig();
        ProbeRequest read = rig.Submit(ProbeRequest.Read(0, 512));
        rig.Backend.OnWorkOff = () =>
        {
            rig.Backend.CompleteAll();
            throw new InvalidOperationException("no");
        };
        rig.Scheduler.WorkOffCompletions();
        rig.Backend.OnWorkOff = null;
        Assert.True(read.IsCompleted);
        Assert.Contains("worked completions off", Assert.Single(rig.Faults));
        Assert.Equal(0, rig.Stats.InFlight);
    }

    [Fact]
    public void OutcomesTold_AfterFailures_IsCalledToo()
    {
        var rig = new ElevatorRig();
        rig.Backend.Immediately = _ => (Errno.ENODEV, 0);
        ProbeRequest[] told = [];
        ProbeRequest read = ProbeRequest.Read(0, 512);
        rig.Scheduler.OutcomesTold = () => told = read.IsCompleted ? [read] : [];
        rig.Plug(read);
        Assert.Equal(Errno.ENODEV, Assert.Single(told).Error);
    }

    [Fact]
    public void Listener_Throws_IsAFaultAndHarmsNobody()
    {
        var rig = new ElevatorRig();
        rig.Backend.Immediately = io => (Errno.None, io.Extent.Length);
        rig.Scheduler.OutcomesTold = () => throw new InvalidOperationException("no");
        ProbeRequest read = rig.Submit(ProbeRequest.Read(0, 512));
        Assert.True(read.IsCompleted);
        Assert.Contains("OutcomesTold", Assert.Single(rig.Faults));
    }

    [Fact]
    public void GatheredReads_OfTheSameAndOfNeighbouringBytes_KeepTheirHeadersAndData()
    {
        var rig = new ElevatorRig();
        rig.Backend.Immediately = io => (Errno.None, io.Extent.Length);
        rig.Plug([.. Enumerable.Range(0, 8).Select(i => ProbeRequest.Fill(i * 512, 512, (byte)(i + 1)))]);
        ProbeRequest.GatherFor(rig.Scheduler);
        ProbeRequest[] reads = rig.Plug([.. new[] { 0, 1, 1, 2, 0, 5, 5, 6 }.Select(
            block => ProbeRequest.Read(block * 512, 512).Gathering())]);
        Assert.All(reads, read => Assert.Null(read.SpoiledHeader));
        Assert.All(reads, read => Assert.All(read.Data, b => Assert.Equal((read.Extent.Offset / 512) + 1, b)));
        Assert.Contains(reads, read => read.LeadGiven > 0);
        rig.AssertClean();
    }
}
