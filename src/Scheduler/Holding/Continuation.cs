namespace IoMerge.Scheduler;

/// <summary>What queued requests are to an operation in flight that ends where they begin.</summary>
internal enum Continuation
{
    /// <summary>There is none.</summary>
    None,

    /// <summary>They continue it, and cannot join it: it has just ended, or both together would be too much.</summary>
    Apart,

    /// <summary>They continue it and could have been one operation with it.</summary>
    Joinable,
}
