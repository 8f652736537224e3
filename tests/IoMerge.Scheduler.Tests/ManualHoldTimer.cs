namespace IoMerge.Scheduler.Tests;

/// <summary>A hold timer that goes off when the test says so.</summary>
internal sealed class ManualHoldTimer(Elevator elevator) : IHoldTimer
{
    internal long ArmedNs { get; private set; }

    public void Arm(long delayNs) => ArmedNs = delayNs;

    internal void GoOff()
    {
        ArmedNs = 0;
        elevator.Wake();
    }

    internal bool IsDisposed { get; private set; }

    public void Dispose() => IsDisposed = true;
}
