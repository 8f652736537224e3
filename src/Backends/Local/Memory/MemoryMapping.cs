using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using Tmds.Linux;

namespace IoMerge.Backends.Local;

/// <summary>
/// Anonymous memory reserved in one piece; pages exist from their first write. This is the one place that turns offsets
/// of a memory volume into addresses: each method checks its range against the reservation first.
/// </summary>
internal sealed unsafe class MemoryMapping : IDisposable
{
    private const int CacheLineBytes = 64;

    // Beyond a page the processor's own prefetcher has seen where a copy is going.
    private const int MaxPrefetchBytes = 4096;

    private const int MADV_POPULATE_WRITE = 23;
    private readonly byte* _start;
    private bool _disposed;

    internal MemoryMapping(long length, bool hugePages)
    {
        Length = length;
        void* start = LibC.mmap(null, (size_t)(ulong)length, LibC.PROT_READ | LibC.PROT_WRITE,
            LibC.MAP_PRIVATE | LibC.MAP_ANONYMOUS | LibC.MAP_NORESERVE, -1, 0);
        if (start == LibC.MAP_FAILED)
        {
            throw new BackendOpenException(
                $"Memory volume: {new ByteSize(length)} of address space cannot be reserved ({new Errno(LibC.errno)}). "
                + "Choose a smaller Size or MaxSize, or raise the limit (ulimit -v, vm.overcommit_memory).");
        }
        _start = (byte*)start;
        if (hugePages) // A hint: a kernel without huge pages serves small ones.
            _ = LibC.madvise(start, (size_t)(ulong)length, LibC.MADV_HUGEPAGE);
    }

    internal long Length { get; }

    internal nint AddressOf(Extent extent) => (nint)At(extent);

    internal void CopyTo(long offset, nint target, long length) =>
        Buffer.MemoryCopy(At(new Extent(offset, length)), (void*)target, length, length);

    internal void CopyFrom(long offset, nint source, long length) =>
        Buffer.MemoryCopy((void*)source, At(new Extent(offset, length)), length, length);

    /// <summary>
    /// Asks for the first page of the extent to come into the processor's caches, without waiting for it. Safe whatever
    /// the extent: such an instruction never faults, and the address stays inside the reservation.
    /// </summary>
    internal void Prefetch(Extent extent)
    {
        if (!Sse.IsSupported || extent.End > Length)
            return;
        byte* line = _start + extent.Offset;
        for (byte* end = line + Math.Min(extent.Length, MaxPrefetchBytes); line < end; line += CacheLineBytes)
            Sse.Prefetch1(line);
    }

    internal void Clear(Extent extent) => NativeMemory.Clear(At(extent), (nuint)extent.Length);

    /// <summary>Makes the extent read as zeros; gives whole pages back to the system.</summary>
    internal void Release(Extent extent)
    {
        Extent pages = WholePages(extent);
        if (pages.IsEmpty || LibC.madvise(At(pages), (size_t)(ulong)pages.Length, LibC.MADV_DONTNEED) != 0)
        {
            Clear(extent);
            return;
        }
        Clear(Extent.Between(extent.Offset, pages.Offset));
        Clear(Extent.Between(pages.End, extent.End));
    }

    /// <summary>Gives the extent its pages now, so that writing it later cannot lack memory.</summary>
    internal Errno Populate(Extent extent)
    {
        Extent pages = extent.AlignOutward(Environment.SystemPageSize);
        pages = Extent.Between(pages.Offset, Math.Min(pages.End, Length));
        if (pages.IsEmpty || LibC.madvise(At(pages), (size_t)(ulong)pages.Length, MADV_POPULATE_WRITE) == 0)
            return Errno.None;
        Errno error = new(LibC.errno);
        return error == Errno.EINVAL ? Errno.None : error; // Kernels before 5.14 know no such advice.
    }

    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        _ = LibC.munmap(_start, (size_t)(ulong)Length);
    }

    private byte* At(Extent extent)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (extent.End > Length)
            throw new ArgumentOutOfRangeException(nameof(extent), $"{extent} passes the reserved {Length} bytes.");
        return _start + extent.Offset;
    }

    private static Extent WholePages(Extent extent)
    {
        long page = Environment.SystemPageSize;
        long start = (extent.Offset + page - 1) & -page;
        long end = extent.End & -page;
        return start < end ? Extent.Between(start, end) : default;
    }
}
