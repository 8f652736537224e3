using Tmds.Linux;

namespace IoMerge.Backends.Local;

/// <summary>
/// Tells whether bytes of a file lie in the page cache, read and ready: mincore(2) on a mapping of the file that nobody
/// ever touches, so that it is address space and no memory. Any thread.
/// </summary>
/// <remarks>
/// cachestat(2) would need no mapping, but it counts pages that are still being read from the disk: who relies on it
/// waits for the disk.
/// <para>
/// Safety: no address of the mapping is read or written; it is only named to the kernel, and only within the mapping. A
/// mapping that has become too short stays until the end, because another thread may be asking about it.
/// </para>
/// </remarks>
internal sealed unsafe class CachedPages(int fd, Func<long> size) : IDisposable
{
    /// <summary>Pages that one call asks about.</summary>
    private const int PagesPerCall = 256;

    /// <summary>Address space behind the end, for a file that grows.</summary>
    private const long Headroom = 64L << 20;

    /// <summary>Half of the address space that a process has on the smaller machines.</summary>
    private const long LongestMapping = 1L << 46;

    private static readonly long PageBytes = Environment.SystemPageSize;

    private readonly Lock _lock = new();
    private readonly List<Mapping> _tooShort = [];
    private Mapping? _mapping;
    private bool _isRefused;

    /// <summary>True when all of these bytes are there. They may go again at any time.</summary>
    internal bool Hold(Extent extent)
    {
        Mapping? mapping = Volatile.Read(ref _mapping);
        if (mapping is null || extent.End > mapping.Length)
            mapping = Reach(extent.End);
        return mapping is not null && AreReady(mapping, extent.AlignOutward((int)PageBytes));
    }

    /// <summary>Gives the address space back; nobody asks any more.</summary>
    public void Dispose()
    {
        _isRefused = true;
        _mapping?.Unmap();
        _mapping = null;
        _tooShort.ForEach(mapping => mapping.Unmap());
        _tooShort.Clear();
    }

    private static bool AreReady(Mapping mapping, Extent pages)
    {
        byte* answers = stackalloc byte[PagesPerCall];
        for (long position = pages.Offset; position < pages.End; position += PagesPerCall * PageBytes)
        {
            long length = Math.Min(PagesPerCall * PageBytes, pages.End - position);
            if (LibC.mincore(mapping.Start + position, (size_t)(ulong)length, answers) != 0)
                return false;
            for (int page = 0; page < (int)(length / PageBytes); page++)
            {
                if ((answers[page] & 1) == 0)
                    return false;
            }
        }
        return true;
    }

    /// <summary>Maps the file once more, at twice the length, so that a file that grows is mapped seldom.</summary>
    private Mapping? Reach(long end)
    {
        lock (_lock)
        {
            if (_mapping is { } present && end <= present.Length)
                return present;
            if (_isRefused)
                return null;
            long wanted = Math.Max(end, Math.Max(size(), 2 * (_mapping?.Length ?? 0)));
            Mapping? mapping = wanted <= LongestMapping ? Mapping.TryMap(fd, RoundUp(wanted) + Headroom) : null;
            if (mapping is null || IsAnsweredBlindly(mapping))
            {
                mapping?.Unmap();
                _isRefused = true;
                return null;
            }
            if (_mapping is not null)
                _tooShort.Add(_mapping);
            Volatile.Write(ref _mapping, mapping);
            return mapping;
        }
    }

    /// <summary>
    /// Where the file is neither ours nor writable for us, the kernel does not want to tell, and says that every page
    /// is there: also the last of the headroom, where the file has none.
    /// </summary>
    private static bool IsAnsweredBlindly(Mapping mapping) =>
        AreReady(mapping, new Extent(mapping.Length - PageBytes, PageBytes));

    private static long RoundUp(long length) => (length + PageBytes - 1) & -PageBytes;

    /// <summary>Address space that stands for the file's bytes from 0 on.</summary>
    private sealed class Mapping
    {
        private Mapping(byte* start, long length)
        {
            Start = start;
            Length = length;
        }

        internal byte* Start { get; }

        internal long Length { get; }

        internal static Mapping? TryMap(int fd, long length)
        {
            void* start = LibC.mmap(
                null, (size_t)(ulong)length, LibC.PROT_NONE, LibC.MAP_PRIVATE | LibC.MAP_NORESERVE, fd, 0);
            return start == LibC.MAP_FAILED ? null : new Mapping((byte*)start, length);
        }

        internal void Unmap() => _ = LibC.munmap(Start, (size_t)(ulong)Length);
    }
}
