namespace IoMerge.Backends.Local;

/// <summary>
/// Moves bytes between segments and an open store, however many system calls that takes. Knows nothing of operations,
/// sizes or threads; any thread may call it for ranges that do not touch a common block.
/// </summary>
internal interface IStoreTransfer
{
    /// <summary>Reads; short without an error only at the end of the store.</summary>
    TransferResult Read(ReadOnlySpan<IoSegment> segments, Extent extent);

    /// <summary>Writes; whole or with an error.</summary>
    /// <param name="segments">The memory; the lengths add up to the extent's.</param>
    /// <param name="extent">Where to.</param>
    /// <param name="sizeAfter">Size of the store once the write has succeeded.</param>
    /// <param name="flags">Durability.</param>
    TransferResult Write(ReadOnlySpan<IoSegment> segments, Extent extent, long sizeAfter, CallFlags flags);

    /// <summary>
    /// True when one system call moves these bytes as they lie, without a copy and without another descriptor.
    /// </summary>
    /// <param name="segments">The memory; the lengths add up to the extent's.</param>
    /// <param name="extent">The bytes; a write does not pass the end.</param>
    /// <param name="size">Size of the store.</param>
    /// <param name="isWrite">Whether it is a write.</param>
    bool IsStraight(ReadOnlySpan<IoSegment> segments, Extent extent, long size, bool isWrite);

    /// <summary>True when a transfer that is straight may be continued from this offset as it is.</summary>
    bool GoesOnFrom(long offset);
}
