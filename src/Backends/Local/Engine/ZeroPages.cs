using Tmds.Linux;

namespace IoMerge.Backends.Local;

/// <summary>
/// A read-only mapping of zeros, shared by all: the source for stores that cannot zero a range by themselves. Never
/// written, so every page of it is the system's one page of zeros.
/// </summary>
internal static unsafe class ZeroPages
{
    internal const int Length = 1 << 20;

    internal static nint Address { get; } = Map();

    private static nint Map()
    {
        void* start = LibC.mmap(null, Length, LibC.PROT_READ, LibC.MAP_PRIVATE | LibC.MAP_ANONYMOUS, -1, 0);
        if (start == LibC.MAP_FAILED)
            throw new InsufficientMemoryException("1 MiB of address space for zeros cannot be mapped.");
        return (nint)start;
    }
}
