namespace IoMerge.Scheduler;

/// <summary>The names of the dispatch policies, as written in configuration. Case does not matter there.</summary>
public static class DispatchPolicies
{
    /// <summary>Straight through: no queue, no merging. The baseline.</summary>
    public const string None = "None";

    /// <summary>Arrival order, merging with neighbours.</summary>
    public const string Fifo = "Fifo";

    /// <summary>One-way sweep by offset (C-LOOK) with an age bound.</summary>
    public const string Scan = "Scan";

    /// <summary>The kernel's mq-deadline: sorted batches per direction, reads preferred, expiry.</summary>
    public const string Deadline = "Deadline";
}
