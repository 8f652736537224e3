namespace IoMerge.Benchmark.Replay;

/// <summary>When the requests of a trace are sent, and to how many devices.</summary>
public sealed record ReplayOptions
{
    /// <summary>
    /// How many times faster than they were recorded requests are sent, greater than 0; their distances are divided by
    /// it.
    /// </summary>
    public double Speed { get; init; } = 1;

    /// <summary>
    /// Requests that each caller keeps outstanding, 1 to 65 536: the next is sent when one is answered, whenever it was
    /// recorded. 0: requests are sent at their times, answered or not.
    /// </summary>
    public int ClosedLoopDepth { get; init; }

    /// <summary>
    /// True when all volumes of the trace lie on one device, one after the other, behind one elevator; false when each
    /// has a device and an elevator of its own.
    /// </summary>
    public bool SharedDevice { get; init; }
}
