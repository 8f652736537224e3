using IoMerge.Backends;
using IoMerge.Testing;

namespace IoMerge.Scheduler.Tests;

/// <summary>The real elevator over a stepped store on the test's own thread, with time standing still.</summary>
internal sealed class ElevatorRig
{
    internal ElevatorRig(
        Action<SchedulerOptions>? configure = null, int size = 1 << 20, BackendGeometry? geometry = null)
    {
        var options = new SchedulerOptions { Policy = DispatchPolicies.Fifo };
        options.Hold.Mode = HoldMode.Off;
        configure?.Invoke(options);
        Backend = new StepBackend(size, geometry);
        Scheduler = new IoScheduler(Backend, options, Time, elevator =>
        {
            Elevator = elevator;
            return Timer = new ManualHoldTimer(elevator);
        });
        Scheduler.FaultOccurred += (what, exception) => Faults.Add($"{what} {exception}");
    }

    internal StepBackend Backend { get; }

    internal ManualTime Time { get; } = new();

    internal ManualHoldTimer Timer { get; private set; } = null!;

    internal IoScheduler Scheduler { get; }

    internal Elevator Elevator { get; private set; } = null!;

    internal List<string> Faults { get; } = [];

    internal SchedulerSnapshot Stats => Scheduler.GetSnapshot();

    internal T Submit<T>(T request)
        where T : IoRequest
    {
        Scheduler.Submit(request);
        return request;
    }

    /// <summary>Submits what arrives together.</summary>
    internal ProbeRequest[] Plug(params ProbeRequest[] requests)
    {
        Scheduler.Submit(requests);
        return requests;
    }

    /// <summary>
    /// Lets something happen while another thread is the elevator's owner and does not go on: what is submitted
    /// meanwhile waits in the channel.
    /// </summary>
    internal void WhileOwnerIsHeldUp(Action happening) => Elevator.RunOwned(() =>
    {
        happening();
        return 0;
    });

    /// <summary>Fills the depth with an operation far away, so that what follows waits in the queue.</summary>
    internal BackendIo Stall(long offset = (1 << 20) - 4096)
    {
        Submit(ProbeRequest.Read(offset, 1));
        return Backend.InFlight[^1];
    }

    internal void AssertClean()
    {
        Assert.Empty(Backend.Violations);
        Assert.Empty(Faults);
    }
}
