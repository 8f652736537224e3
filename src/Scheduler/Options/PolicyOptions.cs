namespace IoMerge.Scheduler;

/// <summary>Knobs of the one-way sweep.</summary>
public sealed record ScanOptions
{
    /// <summary>A request older than this, in milliseconds, goes before the sweep; 1 to 3 600 000.</summary>
    public int MaxAgeMs { get; set; } = 500;
}

/// <summary>Knobs of the deadline policy, with the names and defaults of the kernel's mq-deadline.</summary>
public sealed record DeadlineOptions
{
    /// <summary>Age, in milliseconds, from which on a read goes first; 1 to 3 600 000.</summary>
    public int ReadExpireMs { get; set; } = 500;

    /// <summary>Age, in milliseconds, from which on a write goes first; 1 to 3 600 000.</summary>
    public int WriteExpireMs { get; set; } = 5000;

    /// <summary>
    /// Operations of one direction in ascending order before the direction is chosen anew; 1 to 4096.
    /// </summary>
    public int FifoBatch { get; set; } = 16;

    /// <summary>How many times reads may be preferred while writes wait; 0 to 4096.</summary>
    public int WritesStarved { get; set; } = 2;

    /// <summary>Whether an operation may also grow towards lower offsets.</summary>
    public bool FrontMerges { get; set; } = true;
}
