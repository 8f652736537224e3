using IoMerge.Backends;
using IoMerge.Testing;

namespace IoMerge.Scheduler.Tests;

public class DispatchPolicyFactoryTests
{
    [Fact]
    public void Register_ANewName_IsKnownSelectableAndNamedInTheRule()
    {
        DispatchPolicyFactory.Register("YoungestFirst", _ => new YoungestFirstPolicy());

        var rig = new ElevatorRig(o => { o.Policy = "youngestfirst"; o.Depth = 1; });
        BackendIo stall = rig.Stall();
        rig.Submit(ProbeRequest.Read(0, 1));
        rig.Submit(ProbeRequest.Read(1024, 1));
        rig.Backend.Complete(stall);
        rig.Backend.CompleteAll();

        Assert.Equal([1024, 0], rig.Backend.Log.Skip(1).Select(operation => operation.Extent.Offset));
        Assert.Equal(["None", "Fifo", "Scan", "Deadline"], DispatchPolicyFactory.Names.Take(4));
        Assert.Contains("YoungestFirst", DispatchPolicyFactory.Names);
        OptionFault fault = Assert.Single(SchedulerOptionsValidator.Validate(new SchedulerOptions { Policy = "x" }));
        Assert.Contains("YoungestFirst", fault.Rule, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("Fifo")]
    [InlineData("dEADLINE")]
    public void Register_AnEmptyOrTakenName_IsRefused(string name)
    {
        Assert.Throws<ArgumentException>(
            () => DispatchPolicyFactory.Register(name, _ => new YoungestFirstPolicy()));

        Assert.DoesNotContain("", DispatchPolicyFactory.Names.Select(known => known.Trim()));
        Assert.IsNotType<YoungestFirstPolicy>(
            DispatchPolicyFactory.Create(new SchedulerOptions { Policy = DispatchPolicies.Fifo }));
    }

    [Fact]
    public void Register_ByManyAtOnce_LosesNoneAndLetsOneHaveAName()
    {
        int refused = 0;
        Parallel.For(0, 128, i =>
        {
            try
            {
                DispatchPolicyFactory.Register($"many-{i / 2}", _ => new YoungestFirstPolicy());
            }
            catch (ArgumentException)
            {
                Interlocked.Increment(ref refused);
            }
        });

        Assert.Equal(64, refused);
        Assert.Equal(64, DispatchPolicyFactory.Names.Count(
            name => name.StartsWith("many-", StringComparison.Ordinal)));
    }

    [Fact]
    public void Create_FromAFunctionThatReturnsNull_SaysWhose()
    {
        DispatchPolicyFactory.Register("Nothing", _ => null!);

        var fault = Assert.Throws<InvalidOperationException>(
            () => DispatchPolicyFactory.Create(new SchedulerOptions { Policy = "Nothing" }));

        Assert.Contains("\"Nothing\"", fault.Message, StringComparison.Ordinal);
    }

    private sealed class YoungestFirstPolicy : IDispatchPolicy
    {
        public IoRequest SelectNext(RequestQueue queue, long nowNs)
        {
            IoRequest youngest = queue.Oldest(RequestDirection.Read) ?? queue.Oldest(RequestDirection.Write)!;
            while (RequestQueue.ArrivedAfter(youngest) is { } younger)
                youngest = younger;
            return youngest;
        }
    }
}
