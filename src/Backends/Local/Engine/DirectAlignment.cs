namespace IoMerge.Backends.Local;

/// <summary>What a transfer past the page cache demands.</summary>
/// <param name="Block">Offsets and lengths are multiples of it, in bytes; a power of two.</param>
/// <param name="Memory">Addresses are multiples of it, in bytes; a power of two.</param>
internal readonly record struct DirectAlignment(int Block, int Memory)
{
    /// <summary>
    /// A piece of fewer bytes is not worth a system call of its own amid memory that must be copied anyway.
    /// </summary>
    private const long WorthACall = 64 << 10;

    /// <summary>The block a byte lies in begins here.</summary>
    internal long Down(long offset) => offset & -(long)Block;

    /// <summary>The first block boundary at or behind a byte.</summary>
    internal long Up(long offset) => (offset + Block - 1) & -(long)Block;

    /// <summary>True when the whole transfer can go without a copy.</summary>
    internal bool IsAligned(ReadOnlySpan<IoSegment> segments, Extent extent)
    {
        if (((extent.Offset | extent.Length) & (Block - 1)) != 0)
            return false;
        foreach (IoSegment segment in segments)
        {
            if ((segment.Length & (Block - 1)) != 0 || (segment.Address & (Memory - 1)) != 0)
                return false;
        }
        return true;
    }

    /// <summary>
    /// How many bytes from the cursor's position on can go without a copy; 0 when it is not worth it.
    /// </summary>
    internal long DirectRun(in SegmentCursor cursor, long position, long end)
    {
        if (position != Down(position))
            return 0;
        long run = 0;
        int last = Math.Min(cursor.Count, cursor.Index + PlainTransfer.MaxSegmentsPerCall);
        for (int index = cursor.Index; index < last && position + run < end; index++)
        {
            IoSegment rest = cursor.Rest(index);
            long length = Math.Min(rest.Length, end - position - run);
            if ((rest.Address & (Memory - 1)) != 0)
                break;
            run += Down(length);
            if (length != Down(length))
                break;
        }
        return run >= WorthACall || position + run == end ? run : 0;
    }

    /// <summary>
    /// How many bytes from the cursor's position on should be copied before going direct is possible again.
    /// </summary>
    /// <param name="cursor">The position in memory.</param>
    /// <param name="position">The position in the store.</param>
    /// <param name="end">Where the transfer ends.</param>
    /// <param name="limit">Most bytes; at least one block.</param>
    internal long CopiedRun(SegmentCursor cursor, long position, long end, long limit)
    {
        long run = 0;
        long most = Math.Min(limit, end - position);
        while (run < most)
        {
            // Within one segment memory and offset advance together: its first block boundary decides.
            long toBoundary = Math.Min(Up(position + run) - (position + run), most - run);
            long rest = cursor.Current.Length;
            if (run + toBoundary > 0 && toBoundary < rest && StartsDirectRun(cursor, position + run, toBoundary, end))
                return run + toBoundary;
            long step = Math.Min(rest, most - run);
            run += step;
            cursor.Advance(step);
        }
        // Cut at a block: the next piece would have to read again what this one wrote.
        return position + run == end ? run : Down(position + run) - position;
    }

    private bool StartsDirectRun(SegmentCursor cursor, long position, long skip, long end)
    {
        cursor.Advance(skip);
        return DirectRun(cursor, position + skip, end) > 0;
    }
}
