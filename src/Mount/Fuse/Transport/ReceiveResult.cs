namespace IoMerge.Mount.Fuse.Transport;

/// <summary>How an attempt to take a request from the kernel ended.</summary>
internal enum ReceiveStatus
{
    /// <summary>One whole request is there.</summary>
    Received,

    /// <summary>Nothing waits.</summary>
    WouldBlock,

    /// <summary>The file system is unmounted; nothing will ever come.</summary>
    Unmounted,

    /// <summary>Somebody aborted the connection; nothing will ever come.</summary>
    Aborted,

    /// <summary>The descriptor answers with an error that it should not have.</summary>
    Failed,
}

/// <summary>The outcome of one attempt.</summary>
/// <param name="Status">How it ended.</param>
/// <param name="Length">Bytes of the request when there is one.</param>
/// <param name="Error">The number of the error when it failed.</param>
internal readonly record struct ReceiveResult(ReceiveStatus Status, int Length = 0, int Error = 0);

/// <summary>What became of a reply.</summary>
internal enum ReplyOutcome
{
    /// <summary>The kernel has it.</summary>
    Delivered,

    /// <summary>Nobody waits for it any longer: the request was aborted, or the connection is dead.</summary>
    Gone,

    /// <summary>The kernel refused it.</summary>
    Refused,
}
