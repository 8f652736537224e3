namespace IoMerge.Backends.Rbd;

/// <summary>Which part of an operation an image of fixed size can carry out. Pure.</summary>
internal static class RbdBounds
{
    /// <summary>Cuts an operation to the image, or says why it cannot be done.</summary>
    /// <param name="io">The operation.</param>
    /// <param name="size">Bytes of the image.</param>
    /// <param name="readOnly">Whether changes are refused.</param>
    /// <param name="part">What is to be done; empty when there is nothing to do.</param>
    internal static Errno Check(BackendIo io, long size, bool readOnly, out Extent part)
    {
        part = default;
        if (readOnly && io.Kind.Changes())
            return Errno.EROFS;
        switch (io.Kind)
        {
            case IoKind.Read:
                part = Existing(io.Extent, size);
                return Errno.None;
            case IoKind.Write:
                part = io.Extent;
                return io.Extent.End <= size ? Errno.None : Errno.ENOSPC;
            case IoKind.Zero:
                part = (io.Flags & IoFlags.KeepSize) != 0 ? Existing(io.Extent, size) : io.Extent;
                return part.End <= size ? Errno.None : Errno.ENOSPC;
            case IoKind.Discard:
                part = Existing(io.Extent, size);
                return Errno.None;
            case IoKind.Flush:
                return Errno.None;
            default:
                return Errno.EOPNOTSUPP;
        }
    }

    /// <summary>
    /// True when the memory adds up to the extent: a wrong sum would read or write what nobody asked for.
    /// </summary>
    internal static bool AreSegmentsValid(BackendIo io)
    {
        long sum = 0;
        foreach (IoSegment segment in io.Segments)
        {
            if (segment.Length <= 0 || segment.Length > io.Extent.Length - sum)
                return false;
            sum += segment.Length;
        }
        return sum == io.Extent.Length;
    }

    private static Extent Existing(Extent extent, long size) =>
        extent.Offset >= size ? default : Extent.Between(extent.Offset, Math.Min(extent.End, size));
}
