namespace IoMerge.Backends.Local;

/// <summary>Transfers of any alignment: the page cache takes everything as it comes.</summary>
internal sealed class PlainTransfer(IStoreCalls calls, int fd) : IStoreTransfer
{
    internal const int MaxSegmentsPerCall = 1024; // IOV_MAX

    public TransferResult Read(ReadOnlySpan<IoSegment> segments, Extent extent)
    {
        SegmentCursor cursor = new(segments, extent.Length);
        return Finish(segments, ref cursor, extent.Offset, write: false, CallFlags.None);
    }

    public TransferResult Write(ReadOnlySpan<IoSegment> segments, Extent extent, long sizeAfter, CallFlags flags)
    {
        SegmentCursor cursor = new(segments, extent.Length);
        return Finish(segments, ref cursor, extent.Offset, write: true, flags);
    }

    public bool IsStraight(ReadOnlySpan<IoSegment> segments, Extent extent, long size, bool isWrite) => true;

    public bool GoesOnFrom(long offset) => true;

    /// <summary>Writes everything from the cursor's position to its end.</summary>
    internal TransferResult WriteRest(
        ReadOnlySpan<IoSegment> segments, ref SegmentCursor cursor, long offset, CallFlags flags) =>
        Finish(segments, ref cursor, offset, write: true, flags);

    /// <remarks>
    /// The segments go to the kernel where they lie. After a short transfer the one it ended in goes alone, so that no
    /// list has to be copied and trimmed.
    /// </remarks>
    private unsafe TransferResult Finish(
        ReadOnlySpan<IoSegment> segments, ref SegmentCursor cursor, long offset, bool write, CallFlags flags)
    {
        long done = 0;
        fixed (IoSegment* first = segments)
        {
            while (cursor.Remaining > 0)
            {
                IoSegment rest = cursor.Current;
                bool whole = cursor.IsAtSegmentStart;
                IoSegment* memory = whole ? first + cursor.Index : &rest;
                int count = whole ? Math.Min(MaxSegmentsPerCall, cursor.Count - cursor.Index) : 1;
                nint bytes = write
                    ? calls.Write(fd, memory, count, offset + done, flags, out Errno error)
                    : calls.Read(fd, memory, count, offset + done, flags, out error);
                if (bytes < 0)
                    return new TransferResult(error, done);
                if (bytes == 0) // The end of the store; a write that makes no progress would never end.
                    return new TransferResult(write ? Errno.EIO : Errno.None, done);
                cursor.Advance(bytes);
                done += bytes;
            }
        }
        return TransferResult.Done(done);
    }
}
