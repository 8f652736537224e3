using IoMerge.Backends;

namespace IoMerge.Scheduler.Tests;

public class PolicyRehearsalTests
{
    private static readonly SchedulerOptions Scan = new() { Policy = DispatchPolicies.Scan };

    [Fact]
    public void DispatchNext_GoesAsThePolicySays_AndTellsItEverything()
    {
        var policy = new RecordingPolicy(DispatchPolicyFactory.Create(Scan));
        var rehearsal = new PolicyRehearsal(policy);
        IoRequest high = rehearsal.Add(IoKind.Read, new Extent(8192, 512), nowNs: 0);
        IoRequest low = rehearsal.Add(IoKind.Write, new Extent(0, 512), nowNs: 1);
        IoRequest gone = rehearsal.Add(IoKind.Read, new Extent(4096, 512), nowNs: 2);

        rehearsal.Cancel(gone);

        Assert.Equal(1, rehearsal.Queue.CountOf(RequestDirection.Read));
        Assert.Equal(1, rehearsal.Queue.CountOf(RequestDirection.Write));
        Assert.Same(low, rehearsal.DispatchNext(nowNs: 3));
        Assert.Same(high, rehearsal.DispatchNext(nowNs: 3));
        Assert.Null(rehearsal.DispatchNext(nowNs: 3));
        Assert.Equal("+8192 +0 +4096 -4096 -0 >0 -8192 >8192", string.Join(' ', policy.Told));
    }

    [Fact]
    public void DispatchNext_WhenTheRequestIsTooOld_IsAskedWithTheTime()
    {
        var rehearsal = new PolicyRehearsal(DispatchPolicyFactory.Create(Scan));
        IoRequest old = rehearsal.Add(IoKind.Read, new Extent(8192, 512), nowNs: 0);
        rehearsal.Add(IoKind.Read, new Extent(0, 512), nowNs: 400_000_000);

        Assert.Same(old, rehearsal.DispatchNext(nowNs: 500_000_000));
    }

    [Fact]
    public void DispatchNext_OfWhatIsNotInTheQueue_IsRefused()
    {
        var stubborn = new StubbornPolicy();
        var rehearsal = new PolicyRehearsal(stubborn);
        stubborn.Choice = rehearsal.Add(IoKind.Read, new Extent(0, 512), nowNs: 0);
        rehearsal.Add(IoKind.Read, new Extent(512, 512), nowNs: 0);
        rehearsal.DispatchNext(nowNs: 0);

        Assert.Throws<InvalidOperationException>(() => rehearsal.DispatchNext(nowNs: 0));
        Assert.Throws<InvalidOperationException>(() => rehearsal.Cancel(stubborn.Choice));
        Assert.Throws<ArgumentException>(() => rehearsal.Add(IoKind.Flush, default, nowNs: 0));
    }

    private sealed class StubbornPolicy : IDispatchPolicy
    {
        internal IoRequest? Choice { get; set; }

        public IoRequest SelectNext(RequestQueue queue, long nowNs) => Choice!;
    }

    private sealed class RecordingPolicy(IDispatchPolicy inner) : IDispatchPolicy
    {
        internal List<string> Told { get; } = [];

        public void Added(IoRequest request)
        {
            Told.Add($"+{request.Extent.Offset}");
            inner.Added(request);
        }

        public void Removed(IoRequest request)
        {
            Told.Add($"-{request.Extent.Offset}");
            inner.Removed(request);
        }

        public void Dispatched(IoRequest seed, Extent extent)
        {
            Told.Add($">{extent.Offset}");
            inner.Dispatched(seed, extent);
        }

        public IoRequest SelectNext(RequestQueue queue, long nowNs) => inner.SelectNext(queue, nowNs);
    }
}
