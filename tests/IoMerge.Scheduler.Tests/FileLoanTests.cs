using IoMerge.Backends;
using IoMerge.Testing;

namespace IoMerge.Scheduler.Tests;

/// <summary>Reads that fetch their bytes from a file of the store.</summary>
public class FileLoanTests
{
    private const int File = 77;

    [Fact]
    public void Members_OfAMergedRead_AreEachToldTheirOwnPlace()
    {
        var rig = new ElevatorRig(o => o.Merge.ReadGapBytes = 512);
        int told = 0;
        rig.Scheduler.OutcomesTold = () => told++;
        ProbeRequest[] reads = rig.Plug(
            Read(8192, 700), Read(4096, 4096), Read(8500, 1000), Read(10000, 24));
        BackendIo io = Assert.Single(rig.Backend.InFlight);
        Assert.Equal(new Extent(4096, 10024 - 4096), io.Extent);
        Assert.True(io.AcceptsFileLoan);
        rig.Backend.Lend(io, File, 1_000_000);
        Assert.Equal(
            [(File, 1_004_096), (File, 1_000_000), (File, 1_004_404), (File, 1_005_904)],
            reads.Select(read => read.FileLoan ?? default));
        Assert.All(reads, read => Assert.Equal((1, Errno.None, read.Extent.Length),
            (read.Completions, read.Error, read.Result)));
        Assert.Equal((1, 4, 0), (told, rig.Stats.RequestsCompleted, rig.Stats.Queued + rig.Stats.InFlight));
        rig.AssertClean();
    }

    [Theory]
    [InlineData(false, true, true)]
    [InlineData(true, false, true)]
    [InlineData(true, true, false)]
    public void ALoan_IsAcceptedOnly_IfEveryMemberDoes(bool first, bool second, bool third)
    {
        var rig = new ElevatorRig();
        rig.Plug([.. new[] { first, second, third }.Select(
            (fetches, i) => fetches ? Read(i * 4096, 4096) : ProbeRequest.Read(i * 4096, 4096))]);
        Assert.False(Assert.Single(rig.Backend.InFlight).AcceptsFileLoan);
        rig.Backend.CompleteAll();
        rig.AssertClean();
    }

    [Fact]
    public void ALoan_IsNotAccepted_ByWhoBroughtOrWasGivenMemory()
    {
        var rig = new ElevatorRig(o => o.Merge.Level = MergeLevel.Off);
        rig.Plug(ProbeRequest.Read(0, 4096, ownMemory: true).Fetching(), Read(8192, 4096));
        Assert.Equal([false, true], rig.Backend.InFlight.Select(io => io.AcceptsFileLoan));
        BackendIo second = rig.Backend.InFlight[1];
        second.RequireSegments();
        Assert.False(second.AcceptsFileLoan);
        rig.Backend.CompleteAll();
        rig.AssertClean();
    }

    [Fact]
    public void TheRestOfAShortRead_AcceptsNoLoan()
    {
        var rig = new ElevatorRig();
        ProbeRequest read = rig.Submit(Read(0, 4096));
        rig.Backend.Complete(rig.Backend.InFlight[0], Errno.None, 100);
        BackendIo rest = Assert.Single(rig.Backend.InFlight);
        Assert.Equal(new Extent(100, 3996), rest.Extent);
        Assert.False(rest.AcceptsFileLoan);
        rig.Backend.CompleteAll();
        Assert.Equal((4096, null), (read.Result, read.FileLoan));
        rig.AssertClean();
    }

    [Fact]
    public void Bytes_StayLocked_WhileTheyAreFetched()
    {
        var rig = new ElevatorRig();
        int inFlight = -1;
        ProbeRequest? write = null;
        rig.Submit(ProbeRequest.Read(0, 4096, onCompleted: _ =>
        {
            write = rig.Submit(ProbeRequest.Fill(0, 512, 1));
            inFlight = rig.Backend.InFlight.Count;
        }).Fetching());
        rig.Backend.Lend(rig.Backend.InFlight[0], File, 0);
        Assert.Equal(0, inFlight);
        Assert.Single(rig.Backend.InFlight);
        rig.Backend.CompleteAll();
        Assert.True(write!.IsCompleted);
        rig.AssertClean();
    }

    [Fact]
    public void AMemberThatThrows_TakesNobodyWithIt()
    {
        var rig = new ElevatorRig();
        ProbeRequest bad = ProbeRequest.Read(
            0, 4096, onCompleted: _ => throw new InvalidOperationException("planted")).Fetching();
        ProbeRequest good = Read(4096, 4096);
        rig.Plug(bad, good);
        rig.Backend.Lend(rig.Backend.InFlight[0], File, 0);
        Assert.True(good.IsCompleted);
        Assert.Contains("planted", Assert.Single(rig.Faults), StringComparison.Ordinal);
    }

    private static ProbeRequest Read(long offset, int length) => ProbeRequest.Read(offset, length).Fetching();
}
