using System.Runtime.InteropServices;
using IoMerge.Backends;

namespace IoMerge.Scheduler;

/// <summary>
/// A few slabs of memory in the processor's large pages, cut into pieces for the bytes of large reads. A device is told
/// of one large page where it would be told of many small ones, and has a bound on how many it is told of at a time.
/// One of them may be set apart for small pieces, so that somebody can be told beforehand where these will lie.
/// </summary>
/// <remarks>
/// Not thread-safe. A slab is cut into pieces of one size and stays that until the end; there are so few that whoever
/// wants another size goes elsewhere. Slabs are made when they are wanted first, and are freed when they are closed and
/// all pieces are back. Unsafe because memory is handed out by address: pieces of a slab do not overlap and lie within.
/// </remarks>
internal sealed unsafe partial class LargePageSlabs
{
    /// <summary>Bytes of one.</summary>
    internal const int SlabBytes = 4 << 20;

    /// <summary>Most that there are.</summary>
    internal const int MaxSlabs = 8;

    // asm-generic/mman-common.h
    private const int MADV_HUGEPAGE = 14;

    private const int LargePageBytes = 2 << 20;

    /// <summary>Smaller pieces are not worth it: they are few pages.</summary>
    private const long SmallestPiece = 64 << 10;

    private readonly Slab[] _slabs = new Slab[MaxSlabs];
    private int _count;
    private long _reservedPiece;
    private bool _isClosed;

    /// <summary>Sets one slab apart for pieces of a size, however small. There is no second one of that size.</summary>
    /// <returns>False when there is no memory.</returns>
    internal bool TryReserve(long size, out nint slab)
    {
        bool isThere = TryAdd(size);
        slab = isThere ? _slabs[_count - 1].Address : 0;
        _reservedPiece = isThere ? size : 0;
        return isThere;
    }

    /// <summary>Hands out a piece of that size, aligned to a page; false when there is none.</summary>
    internal bool TryRent(long size, out nint address)
    {
        address = 0;
        if (!Serves(size) || _isClosed)
            return false;
        for (int i = 0; i < _count; i++)
        {
            if (_slabs[i].PieceBytes == size && _slabs[i].Free.TryPop(out address))
                return true;
        }
        return size >= SmallestPiece && _count < MaxSlabs && TryAdd(size)
            && _slabs[_count - 1].Free.TryPop(out address);
    }

    /// <summary>Takes a piece back; false when it is not from here.</summary>
    internal bool TryReturn(nint address, long size)
    {
        if (!Serves(size))
            return false;
        for (int i = 0; i < _count; i++)
        {
            if (address < _slabs[i].Address || address >= _slabs[i].Address + SlabBytes)
                continue;
            _slabs[i].Free.Push(address);
            if (_isClosed)
                FreeUnused();
            return true;
        }
        return false;
    }

    /// <summary>Hands out nothing from now on, and frees what is not in use.</summary>
    internal void Close()
    {
        _isClosed = true;
        FreeUnused();
    }

    private bool Serves(long size) => size >= SmallestPiece ? size <= SlabBytes : size == _reservedPiece;

    private bool TryAdd(long size)
    {
        nint address;
        try
        {
            address = (nint)NativeMemory.AlignedAlloc(SlabBytes, LargePageBytes);
        }
        catch (OutOfMemoryException)
        {
            return false;
        }
        // A hint: where there are no large pages, the slab is memory as any other.
        _ = Advise(address, SlabBytes, MADV_HUGEPAGE);
        MemoryPoison.Fill(address, SlabBytes);
        int pieces = (int)(SlabBytes / size);
        var free = new Stack<nint>(pieces);
        for (int i = pieces - 1; i >= 0; i--)
            free.Push(address + (nint)(i * size));
        _slabs[_count++] = new Slab(address, size, pieces, free);
        return true;
    }

    private void FreeUnused()
    {
        for (int i = _count - 1; i >= 0; i--)
        {
            if (_slabs[i].Free.Count < _slabs[i].Pieces)
                continue;
            NativeMemory.AlignedFree((void*)_slabs[i].Address);
            _slabs[i] = _slabs[--_count];
        }
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(nint address, nuint length, int advice);

    private sealed record Slab(nint Address, long PieceBytes, int Pieces, Stack<nint> Free);
}
