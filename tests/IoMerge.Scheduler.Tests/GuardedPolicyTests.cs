using IoMerge.Backends;
using IoMerge.Testing;

namespace IoMerge.Scheduler.Tests;

/// <summary>Policies from outside that do what they must not.</summary>
public class GuardedPolicyTests
{
    public enum Fault
    {
        ThrowsFromAdded,
        ThrowsFromRemoved,
        ThrowsFromDispatched,
        ThrowsFromSelectNext,
        ThrowsFromAllowsFrontMerges,
        ThrowsFromIsPassThrough,
        ChoosesNothing,
        ChoosesWhatIsInFlight,
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public void APolicyThatFails_LosesNoRequest_AndIsReportedOnce(Fault fault)
    {
        var policy = new FaultyPolicy(fault);
        DispatchPolicyFactory.Register($"faulty-{fault}", _ => policy);
        var rig = new ElevatorRig(o => { o.Policy = $"faulty-{fault}"; o.Depth = 1; });
        ProbeRequest first = rig.Submit(ProbeRequest.Read(0, 512));
        policy.InFlight = first;
        policy.IsFailing = true;
        ProbeRequest[] others = rig.Plug([.. Enumerable.Range(1, 6).Select(i => i % 2 == 0
            ? ProbeRequest.Read(i * 1000, 512)
            : ProbeRequest.Fill(i * 1000, 512, (byte)i))]);
        rig.Backend.CompleteAll();
        ProbeRequest later = rig.Submit(ProbeRequest.Read(100, 512));
        rig.Backend.CompleteAll();
        Assert.All([first, .. others, later],
            request => Assert.Equal((1, Errno.None), (request.Completions, request.Error)));
        Assert.Equal(rig.Stats.RequestsIn, rig.Stats.RequestsCompleted);
        Assert.Contains(nameof(FaultyPolicy), Assert.Single(rig.Faults), StringComparison.Ordinal);
        Assert.Empty(rig.Backend.Violations);
    }

    [Fact]
    public void APolicyThatFailed_IsReplacedByTheOrderOfArrival()
    {
        var policy = new FaultyPolicy(Fault.ThrowsFromSelectNext);
        DispatchPolicyFactory.Register("faulty-order", _ => policy);
        var rig = new ElevatorRig(o => { o.Policy = "faulty-order"; o.Depth = 1; });
        rig.Stall();
        policy.IsFailing = true;
        long[] offsets = [5000, 1000, 9000, 3000];
        rig.Plug([.. offsets.Select(offset => ProbeRequest.Read(offset, 512))]);
        rig.Backend.CompleteAll();
        Assert.Equal(offsets, rig.Backend.Log.Skip(1).Select(operation => operation.Extent.Offset));
    }

    [Fact]
    public void APolicyThatFailsWhileItIsPutInForce_IsReportedToo()
    {
        var policy = new FaultyPolicy(Fault.ThrowsFromAdded) { IsFailing = true };
        DispatchPolicyFactory.Register("faulty-switch", _ => policy);
        var rig = new ElevatorRig(o => o.Depth = 1);
        rig.Stall();
        ProbeRequest queued = rig.Submit(ProbeRequest.Read(0, 512));
        rig.Scheduler.Reconfigure(rig.Scheduler.Options with { Policy = "faulty-switch" });
        Assert.Single(rig.Faults);
        rig.Backend.CompleteAll();
        Assert.Equal((1, Errno.None), (queued.Completions, queued.Error));
    }

    public static IEnumerable<TheoryDataRow<Fault>> Faults() =>
        Enum.GetValues<Fault>().Select(fault => new TheoryDataRow<Fault>(fault));

    private sealed class FaultyPolicy(Fault fault) : IDispatchPolicy
    {
        internal bool IsFailing { get; set; }

        internal IoRequest? InFlight { get; set; }

        public bool AllowsFrontMerges => FailIf(Fault.ThrowsFromAllowsFrontMerges) || true;

        public bool IsPassThrough => FailIf(Fault.ThrowsFromIsPassThrough);

        public void Added(IoRequest request) => FailIf(Fault.ThrowsFromAdded);

        public void Removed(IoRequest request) => FailIf(Fault.ThrowsFromRemoved);

        public void Dispatched(IoRequest seed, Extent extent) => FailIf(Fault.ThrowsFromDispatched);

        public IoRequest SelectNext(RequestQueue queue, long nowNs)
        {
            FailIf(Fault.ThrowsFromSelectNext);
            if (IsFailing && fault == Fault.ChoosesNothing)
                return null!;
            if (IsFailing && fault == Fault.ChoosesWhatIsInFlight)
                return InFlight!;
            return queue.Oldest(RequestDirection.Read) ?? queue.Oldest(RequestDirection.Write)!;
        }

        private bool FailIf(Fault which) =>
            IsFailing && fault == which ? throw new InvalidOperationException("policy") : false;
    }
}
