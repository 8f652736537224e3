namespace IoMerge.Backends.Local;

/// <summary>
/// Transfers past the page cache (O_DIRECT) of any range and any memory. What is aligned goes straight; the rest goes
/// through an aligned buffer: whole blocks are read, changed and written.
/// </summary>
/// <remarks>
/// <para>Reading and writing back whole blocks is safe because no other operation touches them meanwhile
/// (<see cref="IBackend"/>). Only the first and the last block of a range are read: those between are
/// overwritten.</para>
/// <para>A file whose size is no multiple of a page has a last page that cannot be written in whole blocks without
/// making the file longer. That page is written through the page cache, by <paramref name="tail"/>, always: a page
/// never goes both ways at one time, since <see cref="BackendGeometry.BlockSize"/> is no smaller than
/// <paramref name="tailGranularity"/>.</para>
/// </remarks>
internal sealed unsafe class DirectTransfer(
    IStoreCalls calls, int fd, DirectAlignment alignment, PlainTransfer? tail, int tailGranularity)
    : IStoreTransfer, IDisposable
{
    private readonly BounceBufferPool _buffers = new();
    private readonly int _block = alignment.Block;

    public TransferResult Read(ReadOnlySpan<IoSegment> segments, Extent extent)
    {
        SegmentCursor cursor = new(segments, extent.Length);
        BounceBuffer buffer = _buffers.Rent();
        long position = extent.Offset;
        Errno error = Errno.None;
        while (position < extent.End && error.IsSuccess)
        {
            long run = alignment.DirectRun(cursor, position, extent.End);
            TransferResult step = run > 0
                ? ReadStraight(ref cursor, position, run, buffer)
                : ReadCopied(ref cursor, position, extent.End, buffer);
            error = step.Error;
            position += step.Bytes;
            if (step.Bytes == 0)
                break;
        }
        _buffers.Return(buffer);
        return new TransferResult(error, position - extent.Offset);
    }

    public TransferResult Write(ReadOnlySpan<IoSegment> segments, Extent extent, long sizeAfter, CallFlags flags)
    {
        long tailStart = tail is null ? long.MaxValue : TailStart(sizeAfter);
        long end = Math.Max(extent.Offset, Math.Min(extent.End, tailStart));
        SegmentCursor cursor = new(segments, extent.Length);
        BounceBuffer buffer = _buffers.Rent();
        long position = extent.Offset;
        Errno error = Errno.None;
        while (position < end && error.IsSuccess)
        {
            long run = alignment.DirectRun(cursor, position, end);
            TransferResult step = run > 0
                ? WriteStraight(ref cursor, position, run, buffer, flags)
                : WriteCopied(ref cursor, position, end, buffer, flags);
            error = step.Error;
            position += step.Bytes;
        }
        _buffers.Return(buffer);
        TransferResult done = new(error, position - extent.Offset);
        if (error.IsError || tail is null || position == extent.End)
            return done;
        TransferResult last = tail.WriteRest(segments, ref cursor, position, flags);
        return new TransferResult(last.Error, done.Bytes + last.Bytes);
    }

    public bool IsStraight(ReadOnlySpan<IoSegment> segments, Extent extent, long size, bool isWrite)
    {
        long end = isWrite && tail is not null ? TailStart(size) : long.MaxValue;
        return extent.End <= end && alignment.IsAligned(segments, extent);
    }

    public bool GoesOnFrom(long offset) => offset == alignment.Down(offset);

    public void Dispose() => _buffers.Dispose();

    /// <summary>Where the page begins that only the page cache may write.</summary>
    private long TailStart(long size) => size & -(long)tailGranularity;

    private TransferResult ReadStraight(ref SegmentCursor cursor, long position, long run, BounceBuffer buffer)
    {
        int count = cursor.Take(new Span<IoSegment>(buffer.List, PlainTransfer.MaxSegmentsPerCall), run);
        nint bytes = calls.Read(fd, buffer.List, count, position, CallFlags.None, out Errno error);
        if (bytes < 0)
            return new TransferResult(error, 0);
        cursor.Advance(bytes);
        return TransferResult.Done(bytes);
    }

    private TransferResult WriteStraight(
        ref SegmentCursor cursor, long position, long run, BounceBuffer buffer, CallFlags flags)
    {
        int count = cursor.Take(new Span<IoSegment>(buffer.List, PlainTransfer.MaxSegmentsPerCall), run);
        nint bytes = calls.Write(fd, buffer.List, count, position, flags, out Errno error);
        if (bytes <= 0)
            return new TransferResult(bytes < 0 ? error : Errno.EIO, 0);
        cursor.Advance(bytes);
        return TransferResult.Done(bytes);
    }

    private TransferResult ReadCopied(ref SegmentCursor cursor, long position, long end, BounceBuffer buffer)
    {
        long wanted = alignment.CopiedRun(cursor, position, end, BounceBuffer.Capacity - (2 * _block));
        long start = alignment.Down(position);
        TransferResult read = ReadBlocks(start, alignment.Up(position + wanted) - start, buffer.Bytes);
        long usable = Math.Clamp(start + read.Bytes - position, 0, wanted);
        cursor.CopyFrom(buffer.Bytes + (position - start), usable);
        return new TransferResult(usable == wanted ? Errno.None : read.Error, usable);
    }

    private TransferResult WriteCopied(
        ref SegmentCursor cursor, long position, long end, BounceBuffer buffer, CallFlags flags)
    {
        long wanted = alignment.CopiedRun(cursor, position, end, BounceBuffer.Capacity - (2 * _block));
        long start = alignment.Down(position);
        long stop = alignment.Up(position + wanted);
        Errno error = ReadEdges(start, position, position + wanted, stop, buffer.Bytes);
        if (error.IsError)
            return new TransferResult(error, 0);
        SegmentCursor before = cursor;
        cursor.CopyTo(buffer.Bytes + (position - start), wanted);
        TransferResult written = WriteBlocks(start, stop - start, buffer.Bytes, flags);
        if (written.Error.IsSuccess)
            return TransferResult.Done(wanted);
        long good = Math.Clamp(start + written.Bytes - position, 0, wanted);
        cursor = before;
        cursor.Advance(good);
        return new TransferResult(written.Error, good);
    }

    /// <summary>
    /// Fills the blocks that the range covers only in part; what lies behind the end of the store is zero.
    /// </summary>
    private Errno ReadEdges(long start, long from, long to, long stop, byte* bytes)
    {
        long lastBlock = stop - _block;
        Errno error = from != start || (lastBlock == start && to != stop) ? ReadEdge(start, bytes) : Errno.None;
        if (error.IsSuccess && to != stop && lastBlock != start)
            error = ReadEdge(lastBlock, bytes + (lastBlock - start));
        return error;
    }

    private Errno ReadEdge(long offset, byte* bytes)
    {
        TransferResult read = ReadBlocks(offset, _block, bytes);
        if (read.Error.IsSuccess)
            new Span<byte>(bytes + read.Bytes, _block - (int)read.Bytes).Clear();
        return read.Error;
    }

    private TransferResult ReadBlocks(long offset, long length, byte* bytes)
    {
        long done = 0;
        while (done < length)
        {
            IoSegment rest = new((nint)(bytes + done), (nint)(length - done));
            nint got = calls.Read(fd, &rest, 1, offset + done, CallFlags.None, out Errno error);
            if (got < 0)
                return new TransferResult(error, done);
            done += got;
            if (got == 0 || (got & (_block - 1)) != 0) // A part of a block is all there is: the end of the store.
                break;
        }
        return TransferResult.Done(done);
    }

    private TransferResult WriteBlocks(long offset, long length, byte* bytes, CallFlags flags)
    {
        long done = 0;
        while (done < length)
        {
            IoSegment rest = new((nint)(bytes + done), (nint)(length - done));
            nint put = calls.Write(fd, &rest, 1, offset + done, flags, out Errno error);
            // Part of a block written leaves a remainder that cannot go direct: only a dying device does that.
            if (put <= 0 || (put & (_block - 1)) != 0)
                return new TransferResult(put < 0 ? error : Errno.EIO, done + Math.Max(0, put));
            done += put;
        }
        return TransferResult.Done(done);
    }
}
