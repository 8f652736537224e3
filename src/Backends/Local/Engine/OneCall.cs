namespace IoMerge.Backends.Local;

/// <summary>What a <see cref="OneCall"/> does.</summary>
internal enum OneCallKind : byte
{
    /// <summary>Reads the extent into the operation's segments.</summary>
    Read,

    /// <summary>Writes the operation's segments to the extent, which does not grow the store.</summary>
    Write,

    /// <summary>fdatasync(2).</summary>
    SyncData,

    /// <summary>fallocate(2) on the extent, which does not grow the store.</summary>
    Allocate,
}

/// <summary>
/// The one system call that an operation is when all goes well: what an engine can start without waiting for it. What
/// does not go well, and everything that is more than one call, is carried out by <see cref="StoreOperations"/>.
/// </summary>
/// <param name="Kind">Which call.</param>
/// <param name="Extent">The bytes concerned; empty for a sync.</param>
/// <param name="Flags">Durability of a write.</param>
/// <param name="Mode">How to allocate.</param>
internal readonly record struct OneCall(
    OneCallKind Kind, Extent Extent, CallFlags Flags = CallFlags.None, AllocateMode Mode = AllocateMode.Reserve)
{
    /// <summary>True when it moves bytes, so that it may end short.</summary>
    internal bool IsTransfer => Kind <= OneCallKind.Write;
}
