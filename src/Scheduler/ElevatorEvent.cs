namespace IoMerge.Scheduler;

/// <summary>What the elevator's channel carries.</summary>
internal enum ElevatorEventKind : byte
{
    /// <summary>Requests that arrived together, chained.</summary>
    Arrived,

    /// <summary>An operation that came back from the backend.</summary>
    Completed,

    /// <summary>The wish to take a request back.</summary>
    Cancel,

    /// <summary>Nothing but a reason to look again (the end of a hold).</summary>
    Wake,

    /// <summary>The wish to be told when all that came before has ended.</summary>
    WhenIdle,

    /// <summary>The end: what comes after it is refused.</summary>
    Close,
}

/// <summary>An event, by value: posting allocates nothing.</summary>
internal readonly record struct ElevatorEvent(ElevatorEventKind Kind, object? Target, ulong Id);
