using System.Runtime.InteropServices;

namespace IoMerge.Backends.Nbd;

/// <summary>
/// The whole blocks around an extent and the memory behind each of their bytes: the caller's segments in the middle,
/// and before and behind them the rest of the first and the last block, in memory of its own. So a request of any
/// alignment is one list of memory, and nothing of the caller's is copied.
/// </summary>
/// <remarks>
/// Unsafe because it points into the edges. They are two blocks, and every list ends where its part does: the rest of
/// a block before the extent is shorter than a block, and so is the one behind.
/// </remarks>
internal sealed unsafe class BlockLayout
{
    private BackendIo? _io;
    private long _from;
    private long _to;
    private byte* _edges;
    private uint _edgeBlock;

    ~BlockLayout() => NativeMemory.AlignedFree(_edges);

    /// <summary>First byte of the first block.</summary>
    internal long Start { get; private set; }

    /// <summary>The byte behind the last block.</summary>
    internal long End { get; private set; }

    /// <summary>The first block must be read before it can be written.</summary>
    internal bool HasFirstEdge => _from != Start || (End - Start == _edgeBlock && _to != End);

    /// <summary>The last block, which is not the first, must be read before it can be written.</summary>
    internal bool HasLastEdge => _to != End && End - Start > _edgeBlock;

    /// <summary>Memory of the first block.</summary>
    internal byte* FirstEdge => _edges;

    /// <summary>Memory of the last block when it is not the first.</summary>
    internal byte* LastEdge => _edges + _edgeBlock;

    /// <summary>Describes an operation.</summary>
    /// <param name="io">Has the segments.</param>
    /// <param name="extent">What is transferred of it, from its start on; not empty.</param>
    /// <param name="block">Size of a block; a power of two.</param>
    /// <returns>False when there is no memory.</returns>
    internal bool TryBegin(BackendIo io, Extent extent, uint block)
    {
        Extent whole = extent.AlignOutward(block);
        (_io, _from, _to, Start, End) = (io, extent.Offset, extent.End, whole.Offset, whole.End);
        bool needsEdges = whole != extent;
        if (needsEdges && (_edges is null || _edgeBlock != block))
        {
            NativeMemory.AlignedFree(_edges);
            // One block before the other: a last block that is the first is one block, and both edges lie in it.
            try
            {
                _edges = (byte*)NativeMemory.AlignedAlloc(2 * (nuint)block, 4096);
            }
            catch (OutOfMemoryException)
            {
                _edges = null;
                return false;
            }
        }
        _edgeBlock = block;
        return true;
    }

    /// <summary>Forgets the operation.</summary>
    internal void Forget() => _io = null;

    /// <summary>Fills the part of the edges that belongs to the extent with zeros.</summary>
    internal void ClearEdges()
    {
        long firstEnd = Math.Min(Start + _edgeBlock, _to);
        if (HasFirstEdge)
            new Span<byte>(_edges + (_from - Start), (int)(firstEnd - _from)).Clear();
        if (HasLastEdge)
            new Span<byte>(LastEdge, (int)(_to - (End - _edgeBlock))).Clear();
    }

    /// <summary>Lists memory.</summary>
    /// <param name="position">First byte, counted from <see cref="Start"/>.</param>
    /// <param name="bytes">Most bytes.</param>
    /// <param name="target">Takes the list.</param>
    /// <param name="listed">Bytes that are listed.</param>
    internal int List(long position, uint bytes, Span<IoSegment> target, out uint listed)
    {
        long offset = Start + position;
        long stop = offset + bytes;
        int count = 0;
        listed = 0;
        if (offset < _from && bytes > 0 && target.Length > 0)
        {
            long length = Math.Min(_from, stop) - offset;
            target[count++] = new IoSegment((nint)(_edges + (offset - Start)), (nint)length);
            offset += length;
        }
        count += ListSegments(ref offset, stop, target[count..]);
        if (offset >= _to && offset < stop && count < target.Length)
        {
            // In the last block, counted from its own start.
            long last = End - _edgeBlock;
            byte* edge = last == Start ? FirstEdge : LastEdge;
            target[count++] = new IoSegment((nint)(edge + (offset - last)), (nint)(stop - offset));
            offset = stop;
        }
        listed = (uint)(offset - Start - position);
        return count;
    }

    private int ListSegments(ref long offset, long stop, Span<IoSegment> target)
    {
        long skip = offset - _from;
        long left = Math.Min(stop, _to) - offset;
        int count = 0;
        foreach (IoSegment segment in _io!.Segments)
        {
            if (left <= 0 || count == target.Length)
                break;
            if (skip >= segment.Length)
            {
                skip -= segment.Length;
                continue;
            }
            long length = Math.Min(segment.Length - skip, left);
            target[count++] = new IoSegment(segment.Address + (nint)skip, (nint)length);
            (skip, left, offset) = (0, left - length, offset + length);
        }
        return count;
    }
}
