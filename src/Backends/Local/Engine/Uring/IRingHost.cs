namespace IoMerge.Backends.Local;

/// <summary>
/// What a ring's driver asks and tells the engine around it, on the thread that submits or works off.
/// </summary>
internal interface IRingHost
{
    /// <summary>Size of the store in bytes.</summary>
    long StoreSize { get; }

    /// <summary>True when a transfer that ended short may be continued from this offset as it is.</summary>
    bool GoesOnFrom(long offset);

    /// <summary>An operation ended as the kernel said.</summary>
    void Ended(BackendIo io, TransferResult result);

    /// <summary>
    /// The ring cannot carry an operation out, or not to its end: it is to be done from the start by calls that block.
    /// </summary>
    /// <param name="io">The operation; nothing of it is at the kernel.</param>
    /// <param name="call">What the ring was asked for.</param>
    /// <param name="error">What the kernel said; none when a transfer ended within a block.</param>
    void Refused(BackendIo io, in OneCall call, Errno error);

    /// <summary>An operation that waited for its turn may be given to the ring now.</summary>
    void Resubmit(BackendIo io);

    /// <summary>Something that a person should know.</summary>
    void Warn(string what);
}
