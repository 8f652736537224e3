namespace IoMerge.Scheduler;

/// <summary>Wakes the elevator at the end of a hold; a seam so that time can be stepped in tests.</summary>
internal interface IHoldTimer : IDisposable
{
    /// <summary>Asks for a wake-up after a time; a later call replaces an earlier one that is not due yet.</summary>
    /// <param name="delayNs">Nanoseconds from now, greater than 0.</param>
    void Arm(long delayNs);
}
