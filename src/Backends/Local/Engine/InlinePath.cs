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
internal sealed class InlinePath(InlineMode mode, StoreOperations operations)
{
    private volatile bool _triesReads = mode == InlineMode.WhenCached;
    private volatile bool _triesWrites = mode == InlineMode.WhenCached && !operations.IsReadOnly;

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
            IoKind.Read => _triesReads && io.RequireSegments().IsSuccess && TryTransfer(io, write: false, out result),
            IoKind.Write => _triesWrites && IsPlainOverwrite(io) && TryTransfer(io, write: true, out result),
            _ => false,
        };
    }

    private bool IsPlainOverwrite(BackendIo io) =>
        (io.Flags & (IoFlags.DataSync | IoFlags.Sync)) == 0 && io.Extent.End <= operations.Size;

    private unsafe bool TryTransfer(BackendIo io, bool write, out TransferResult result)
    {
        result = default;
        if (!io.HasWholeSegments)
            return false;
        ReadOnlySpan<IoSegment> segments = io.Segments;
        int count = Math.Min(segments.Length, PlainTransfer.MaxSegmentsPerCall);
        nint bytes;
        Errno error;
        fixed (IoSegment* first = segments)
        {
            bytes = write
                ? operations.Calls.Write(
                    operations.Descriptor, first, count, io.Extent.Offset, CallFlags.NoWait, out error)
                : operations.Calls.Read(
                    operations.Descriptor, first, count, io.Extent.Offset, CallFlags.NoWait, out error);
        }
        if (error == Errno.EOPNOTSUPP && write)
            _triesWrites = false;
        else if (error == Errno.EOPNOTSUPP)
            _triesReads = false;
        result = TransferResult.Done(bytes);
        bool isAtEnd = !write && bytes >= 0 && io.Extent.Offset + bytes >= operations.Size;
        return bytes == io.Extent.Length || isAtEnd;
    }
}
