using IoMerge.Scheduler;

namespace IoMerge.Simulation.Tests;

/// <summary>A hold timer that goes off when the history says so.</summary>
internal sealed class SteppedHoldTimer(Elevator elevator) : IHoldTimer
{
    public void Arm(long delayNs)
    {
    }

    internal void GoOff() => elevator.Wake();

    public void Dispose()
    {
    }
}
