namespace IoMerge.Scheduler;

/// <summary>When a free slot may be left free on purpose because more to merge is likely to come.</summary>
public enum HoldMode
{
    /// <summary>Never: dispatch whatever there is as soon as a slot is free.</summary>
    Off,

    /// <summary>
    /// As long as the backend's own latency makes it worthwhile: while a burst is still arriving, or while something in
    /// flight will complete soon. Costs nothing on a store that answers in microseconds.
    /// </summary>
    SelfClocked,

    /// <summary>Until the oldest waiting request is <see cref="HoldOptions.MaxUs"/> old.</summary>
    Fixed,
}

/// <summary>Waiting on purpose.</summary>
public sealed record HoldOptions
{
    /// <summary>When to wait.</summary>
    public HoldMode Mode { get; set; } = HoldMode.SelfClocked;

    /// <summary>Longest wait of a request, in microseconds; 0 to 1 000 000. The bound of both modes.</summary>
    public int MaxUs { get; set; } = 5000;
}
