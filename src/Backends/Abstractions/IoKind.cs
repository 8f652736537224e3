namespace IoMerge.Backends;

/// <summary>What a request or an operation does to a store.</summary>
public enum IoKind : byte
{
    /// <summary>
    /// Reads the extent into the segments. Result: bytes read; fewer than asked only at the end of the store.
    /// </summary>
    Read,

    /// <summary>Writes the segments to the extent. Result: bytes written; all of them when there is no error.</summary>
    Write,

    /// <summary>Makes everything that completed before it durable. Has no extent.</summary>
    Flush,

    /// <summary>
    /// Tells the store that the extent is no longer needed. Afterwards it reads as zeros or as what it was: a hint,
    /// which a store may round inward to its own granularity or not act on at all.
    /// </summary>
    Discard,

    /// <summary>
    /// Makes the extent read as zeros, to the byte. With <see cref="IoFlags.Unmap"/> the space may be freed.
    /// </summary>
    Zero,

    /// <summary>
    /// Reserves space for the extent; without <see cref="IoFlags.KeepSize"/> the store grows to its end.
    /// </summary>
    Allocate,

    /// <summary>Sets the size of the store to <c>Extent.Offset</c>; the extent's length is 0.</summary>
    Resize,

    /// <summary>
    /// Finds the first byte of data at or after <c>Extent.Offset</c>. Result: its offset; ENXIO when there is none.
    /// </summary>
    SeekData,

    /// <summary>
    /// Finds the first hole at or after <c>Extent.Offset</c>; the end of the store is one. Result: its offset.
    /// </summary>
    SeekHole,
}

/// <summary>Questions about an <see cref="IoKind"/> that the ordering rules ask.</summary>
public static class IoKinds
{
    /// <summary>
    /// True for everything that changes bytes, the allocation or the size: it must not pass anything it overlaps.
    /// </summary>
    public static bool Changes(this IoKind kind) =>
        kind is IoKind.Write or IoKind.Discard or IoKind.Zero or IoKind.Allocate or IoKind.Resize;

    /// <summary>True for reads and writes: the kinds that carry bytes and may merge.</summary>
    public static bool IsTransfer(this IoKind kind) => kind <= IoKind.Write;
}
