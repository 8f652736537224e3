namespace IoMerge.Backends.Local;

/// <summary>
/// A position in a list of segments. Finishing a short transfer, cutting one at a block and copying a part all need to
/// know "where in the memory are we"; this is the one place that does.
/// </summary>
/// <remarks>
/// Unsafe for one reason: it copies between segments and a buffer. Each copy is bounded by the segment's own length
/// and by the caller's byte count, which must not exceed <see cref="Remaining"/>.
/// </remarks>
internal ref struct SegmentCursor
{
    private readonly ReadOnlySpan<IoSegment> _segments;
    private int _index;
    private long _within;

    internal SegmentCursor(ReadOnlySpan<IoSegment> segments, long length)
    {
        _segments = segments;
        Remaining = length;
    }

    /// <summary>Bytes from the position to the end.</summary>
    internal long Remaining { get; private set; }

    /// <summary>Index of the segment the position is in.</summary>
    internal readonly int Index => _index;

    /// <summary>True when the position is the first byte of a segment.</summary>
    internal readonly bool IsAtSegmentStart => _within == 0;

    /// <summary>What is left of the segment the position is in.</summary>
    internal readonly IoSegment Current => Rest(_index);

    /// <summary>What is left of a segment from the position on.</summary>
    internal readonly IoSegment Rest(int index)
    {
        IoSegment segment = _segments[index];
        return index > _index || _within == 0
            ? segment
            : new IoSegment(segment.Address + (nint)_within, segment.Length - (nint)_within);
    }

    /// <summary>Number of segments altogether.</summary>
    internal readonly int Count => _segments.Length;

    /// <summary>Lists the memory of the next bytes without moving.</summary>
    /// <returns>Number of entries of <paramref name="target"/> that are filled.</returns>
    internal readonly int Take(Span<IoSegment> target, long bytes)
    {
        int taken = 0;
        for (int index = _index; bytes > 0 && taken < target.Length; index++)
        {
            IoSegment rest = Rest(index);
            nint length = (nint)Math.Min(rest.Length, bytes);
            target[taken++] = new IoSegment(rest.Address, length);
            bytes -= length;
        }
        return taken;
    }

    /// <summary>Moves on.</summary>
    internal void Advance(long bytes)
    {
        Remaining -= bytes;
        _within += bytes;
        while (_index < _segments.Length && _within >= _segments[_index].Length)
            _within -= _segments[_index++].Length;
    }

    /// <summary>Copies the next bytes out of the segments and moves on.</summary>
    internal unsafe void CopyTo(byte* target, long bytes) => Copy(target, bytes, intoSegments: false);

    /// <summary>Copies the next bytes into the segments and moves on.</summary>
    internal unsafe void CopyFrom(byte* source, long bytes) => Copy(source, bytes, intoSegments: true);

    private unsafe void Copy(byte* buffer, long bytes, bool intoSegments)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bytes, Remaining);
        while (bytes > 0)
        {
            IoSegment rest = Current;
            long length = Math.Min(rest.Length, bytes);
            void* memory = (void*)rest.Address;
            Buffer.MemoryCopy(intoSegments ? buffer : memory, intoSegments ? memory : buffer, length, length);
            buffer += length;
            bytes -= length;
            Advance(length);
        }
    }
}
