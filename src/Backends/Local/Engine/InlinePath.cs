namespace IoMerge.Backends.Local;

/// <summary>Which operations are served on the submitting thread.</summary>
internal enum InlineMode
{
    /// <summary>None: each waits for a device.</summary>
    Never,

    /// <summary>Transfers that the page cache serves at once, as RWF_NOWAIT tells.</summary>
    WhenCached,

    /// <summary>All: the file system is memory.</summary>
    Always,
}

/// <summary>
/// Tries to serve a transfer without waiting. What the file system cannot do without waiting in principle (ext4: all
/// buffered writes) is found out once and not tried again.
/// </summary>
internal sealed class InlinePath(InlineMode mode, IStoreCalls calls, int fd, StoreOperations operations, bool readOnly)
{
    private volatile bool _triesReads = mode == InlineMode.WhenCached;
    private volatile bool _triesWrites = mode == InlineMode.WhenCached && !readOnly;

    /// <summary>True when operations need no other thread.</summary>
    internal bool IsEverythingInline => mode == InlineMode.Always;

    /// <returns>True when the operation is carried out and only waits for being completed.</returns>
    /// <remarks>
    /// A transfer that could be served in part is left to be done again as a whole: doing it twice gives the same
    /// bytes, and it is rarer than it is worth a field in each operation.
    /// </remarks>
    internal bool TryCarryOut(BackendIo io, out TransferResult result)
    {
        result = default;
        return io.Kind switch
        {
            IoKind.Read => _triesReads && TryRead(io, out result),
            IoKind.Write => _triesWrites && TryWrite(io, out result),
            _ => false,
        };
    }

    private unsafe bool TryRead(BackendIo io, out TransferResult result)
    {
        result = default;
        if (io.RequireSegments().IsError || !StoreOperations.AreSegmentsValid(io))
            return false;
        ReadOnlySpan<IoSegment> segments = io.Segments;
        int count = Math.Min(segments.Length, PlainTransfer.MaxSegmentsPerCall);
        nint bytes;
        Errno error;
        fixed (IoSegment* first = segments)
            bytes = calls.Read(fd, first, count, io.Extent.Offset, CallFlags.NoWait, out error);
        if (error == Errno.EOPNOTSUPP)
            _triesReads = false;
        result = TransferResult.Done(bytes);
        return bytes == io.Extent.Length || (bytes >= 0 && io.Extent.Offset + bytes >= operations.Size);
    }

    private unsafe bool TryWrite(BackendIo io, out TransferResult result)
    {
        result = default;
        const IoFlags waits = IoFlags.DataSync | IoFlags.Sync;
        if ((io.Flags & waits) != 0 || io.Extent.End > operations.Size || !StoreOperations.AreSegmentsValid(io))
            return false;
        ReadOnlySpan<IoSegment> segments = io.Segments;
        int count = Math.Min(segments.Length, PlainTransfer.MaxSegmentsPerCall);
        nint bytes;
        Errno error;
        fixed (IoSegment* first = segments)
            bytes = calls.Write(fd, first, count, io.Extent.Offset, CallFlags.NoWait, out error);
        if (error == Errno.EOPNOTSUPP)
            _triesWrites = false;
        result = TransferResult.Done(bytes);
        return bytes == io.Extent.Length;
    }
}
