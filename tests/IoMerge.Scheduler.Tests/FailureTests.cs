using IoMerge.Backends;
using IoMerge.Testing;

namespace IoMerge.Scheduler.Tests;

public class FailureTests
{
    [Theory]
    [InlineData(IoKind.Read)]
    [InlineData(IoKind.Write)]
    public void ABadByteAnywhereInAMergedOperation_FailsOnlyWhoAskedForIt(IoKind kind)
    {
        const int members = 8;
        for (int bad = 0; bad < members * 16; bad++)
        {
            var rig = new ElevatorRig();
            rig.Backend.Immediately = io => io.Extent.Contains(new Extent(bad, 1))
                ? (Errno.EIO, bad - io.Extent.Offset)
                : (Errno.None, io.Extent.Length);
            ProbeRequest[] requests = rig.Plug([.. Enumerable.Range(0, members).Select(i =>
                kind == IoKind.Read ? ProbeRequest.Read(i * 16, 16) : ProbeRequest.Fill(i * 16, 16, (byte)i))]);
            Assert.All(requests, (request, i) =>
            {
                Assert.Equal(1, request.Completions);
                Assert.Equal(i == bad / 16 ? Errno.EIO : Errno.None, request.Error);
            });
            Assert.Equal(1, rig.Stats.ErrorSplits);
            rig.AssertClean();
        }
    }

    [Theory]
    [InlineData(6)]
    [InlineData(9)]
    [InlineData(19)]
    [InlineData(28)]
    [InlineData(30)]
    [InlineData(107)]
    [InlineData(108)]
    [InlineData(110)]
    [InlineData(122)]
    public void AnErrorOfTheWholeStore_FailsAllThatWasNotWritten_WithoutRetry(int value)
    {
        Errno error = new(value);
        var rig = new ElevatorRig();
        rig.Backend.Immediately = _ => (error, 700);
        ProbeRequest[] writes = rig.Plug(
            ProbeRequest.Fill(0, 512, 1), ProbeRequest.Fill(512, 512, 1), ProbeRequest.Fill(1024, 512, 1));
        Assert.Equal([Errno.None, error, error], writes.Select(w => w.Error));
        Assert.Single(rig.Backend.Log);
    }

    [Fact]
    public void AShortWriteOfAnyLength_IsContinued_AndToldOnce()
    {
        for (int length = 1; length < 48; length++)
        {
            var rig = new ElevatorRig();
            bool first = true;
            rig.Backend.Immediately = io =>
            {
                long bytes = first ? length : io.Extent.Length;
                first = false;
                return (Errno.None, bytes);
            };
            ProbeRequest[] writes = rig.Plug(
                ProbeRequest.Fill(0, 16, 1), ProbeRequest.Fill(16, 16, 2), ProbeRequest.Fill(32, 16, 3));
            Assert.All(writes, w => Assert.Equal((1, Errno.None, 16), (w.Completions, w.Error, w.Result)));
            Assert.Equal([1, 2, 3], new[] { rig.Backend.Bytes[15], rig.Backend.Bytes[31], rig.Backend.Bytes[47] });
            rig.AssertClean();
        }
    }

    [Fact]
    public void AWriteWithoutProgress_IsAnError_NotALoop()
    {
        var rig = new ElevatorRig();
        rig.Backend.Immediately = _ => (Errno.None, 0);
        Assert.Equal(Errno.EIO, rig.Submit(ProbeRequest.Fill(0, 16, 1)).Error);
    }

    [Theory]
    [InlineData(1000, 24)]
    [InlineData(1012, 36)]
    [InlineData(1024, 48)]
    [InlineData(1040, 64)]
    public void AMergedReadAcrossTheEnd_GivesEachWhatExists(int size, int expectedTotal)
    {
        var rig = new ElevatorRig(size: size);
        ProbeRequest[] reads = rig.Plug([.. Enumerable.Range(0, 4).Select(i => ProbeRequest.Read(976 + i * 16, 16))]);
        rig.Backend.CompleteAll();
        int left = expectedTotal;
        foreach (ProbeRequest read in reads)
        {
            Assert.Equal(Math.Clamp(left, 0, 16), read.Result);
            Assert.Equal(Errno.None, read.Error);
            left -= 16;
        }
    }

    [Fact]
    public void ReadsAtAndFarBehindTheEnd_ReturnNothing()
    {
        var rig = new ElevatorRig(size: 100);
        ProbeRequest[] reads = rig.Plug(
            ProbeRequest.Read(100, 10), ProbeRequest.Read(101, 10), ProbeRequest.Read(long.MaxValue - 10, 10));
        rig.Backend.CompleteAll();
        Assert.All(reads, r => Assert.Equal((0, Errno.None), (r.Result, r.Error)));
    }

    [Fact]
    public void AWriteBehindTheEndOfAFixedStore_IsNoSpace_NeverShort()
    {
        var rig = new ElevatorRig(size: 100);
        ProbeRequest[] writes = rig.Plug(
            ProbeRequest.Fill(90, 20, 1), ProbeRequest.Fill(100, 1, 1), ProbeRequest.Fill(90, 10, 1));
        rig.Backend.CompleteAll();
        Assert.Equal([Errno.ENOSPC, Errno.ENOSPC, Errno.None], writes.Select(w => w.Error));
    }

    [Fact]
    public void TheNthBackendCallFailing_LeavesNobodyWithoutAnAnswer()
    {
        for (int n = 1; n < 40; n++)
        {
            var rig = new ElevatorRig(o => o.Merge.MaxRequests = 3);
            int call = 0;
            rig.Backend.Immediately = io => ++call == n ? (Errno.EIO, 0) : (Errno.None, io.Extent.Length);
            var all = new List<ProbeRequest>();
            for (int i = 0; i < 6; i++)
            {
                all.AddRange(rig.Plug([.. Enumerable.Range(0, 5).Select(k => ProbeRequest.Fill(k * 16, 16, (byte)i))]));
                all.Add(rig.Submit(ProbeRequest.Read(8, 64)));
                all.Add(rig.Submit(ProbeRequest.Flush()));
            }
            Assert.All(all, request => Assert.Equal(1, request.Completions));
            Assert.Equal(rig.Stats.RequestsIn, rig.Stats.RequestsCompleted);
            rig.AssertClean();
        }
    }

    [Fact]
    public void ABackendThatThrows_FailsTheRequests_AndIsReported()
    {
        var rig = new ElevatorRig();
        rig.Backend.Immediately = _ => throw new InvalidOperationException("broken");
        ProbeRequest read = rig.Submit(ProbeRequest.Read(0, 16));
        Assert.Equal(Errno.EIO, read.Error);
        Assert.Contains("broken", Assert.Single(rig.Faults), StringComparison.Ordinal);
    }

    [Fact]
    public void ACallerThatThrows_HarmsNobodyElse()
    {
        var rig = new ElevatorRig();
        ProbeRequest second = ProbeRequest.Read(16, 16);
        rig.Plug(ProbeRequest.Read(0, 16, onCompleted: _ => throw new InvalidOperationException("caller")), second);
        rig.Backend.CompleteAll();
        Assert.Equal(16, second.Result);
        Assert.Single(rig.Faults);
    }

    [Fact]
    public void AnExceptionInATurn_EndsEverythingWithEio_AndIsReportedWithTheElevatorFree()
    {
        var rig = new ElevatorRig(o => { o.Depth = 1; o.QueueMaxRequests = 6; });
        SchedulerSnapshot? seen = null;
        rig.Scheduler.FaultOccurred += (_, _) => seen = rig.Scheduler.GetSnapshot();
        ProbeRequest inFlight = rig.Submit(ProbeRequest.Read(0, 16));
        ProbeRequest[] waiting =
        [
            rig.Submit(ProbeRequest.Fill(8, 16, 1)), rig.Submit(ProbeRequest.Read(100, 16)),
            rig.Submit(ProbeRequest.Flush()),
        ];
        rig.Backend.OnSize = () => throw new InvalidOperationException("broken");
        ProbeRequest[] arriving = rig.Plug(
            ProbeRequest.Read(200, 16), ProbeRequest.Fill(300, 16, 1), ProbeRequest.Read(400, 16));
        rig.Backend.OnSize = null;
        ProbeRequest later = rig.Submit(ProbeRequest.Read(500, 16));
        Assert.All([.. waiting, .. arriving, later],
            request => Assert.Equal((1, Errno.EIO), (request.Completions, request.Error)));
        Assert.Contains("broken", Assert.Single(rig.Faults), StringComparison.Ordinal);
        Assert.NotNull(seen);
        rig.Backend.CompleteAll();
        Assert.Equal((1, Errno.None), (inFlight.Completions, inFlight.Error));
        Assert.Equal(rig.Stats.RequestsIn, rig.Stats.RequestsCompleted);
        Assert.False(rig.Scheduler.IsCongested);
    }

    [Fact]
    public void ListenersThatThrow_HarmNobody()
    {
        var rig = new ElevatorRig(o => o.QueueMaxRequests = 1);
        rig.Scheduler.CongestionEnded += () => throw new InvalidOperationException("congestion");
        rig.Scheduler.FaultOccurred += (_, _) => throw new InvalidOperationException("fault");
        ProbeRequest[] reads = rig.Plug(
            ProbeRequest.Read(0, 16, onCompleted: _ => throw new InvalidOperationException("caller")),
            ProbeRequest.Read(100, 16), ProbeRequest.Read(200, 16));
        rig.Backend.CompleteAll();
        Assert.All(reads, read => Assert.Equal(1, read.Completions));
        Assert.Equal(1, rig.Submit(ProbeRequest.Read(0, 0)).Completions);
        Assert.Equal(["caller", "congestion"],
            rig.Faults.Select(fault => fault.Contains("caller", StringComparison.Ordinal) ? "caller" : "congestion"));
    }

    [Fact]
    public void ASecondCompletion_IsIgnoredAndReported()
    {
        var rig = new ElevatorRig();
        ProbeRequest read = rig.Submit(ProbeRequest.Read(0, 16));
        BackendIo io = rig.Backend.InFlight[0];
        rig.Backend.Complete(io);
        io.Complete(Errno.EIO, 0);
        Assert.Equal((1, Errno.None), (read.Completions, read.Error));
        Assert.Single(rig.Faults);
    }
}
