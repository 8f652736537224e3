namespace IoMerge.Scheduler;

/// <summary>The two queues of the elevator, as policies see them.</summary>
public enum RequestDirection
{
    /// <summary>Reads and seeks.</summary>
    Read,

    /// <summary>Writes and everything else that changes the store.</summary>
    Write,
}
