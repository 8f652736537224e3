namespace IoMerge.Backends.Decorators;

/// <summary>
/// What a store must contain, as far as it was written while somebody watched: a sparse map of pages. Knows nothing of
/// operations. Not thread-safe.
/// </summary>
/// <param name="mostBytes">Most bytes to remember; what comes when they are used up is not remembered.</param>
internal sealed class RememberedBytes(long mostBytes)
{
    private const int PageBytes = VerifyOptions.PageBytes;
    private readonly Dictionary<long, RememberedPage> _pages = [];
    private readonly long _mostPages = mostBytes / PageBytes;

    /// <summary>True once something could not be remembered.</summary>
    internal bool IsIncomplete { get; private set; }

    internal void Write(long offset, ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            int within = (int)(offset % PageBytes);
            int part = Math.Min(PageBytes - within, bytes.Length);
            GetOrAdd(offset / PageBytes)?.Set(within, bytes[..part]);
            bytes = bytes[part..];
            offset += part;
        }
    }

    internal void WriteZeros(Extent extent)
    {
        if (extent.Length / PageBytes > _mostPages) // Not worth walking: it will not fit.
        {
            IsIncomplete = true;
            Forget(extent);
            return;
        }
        for (long offset = extent.Offset; offset < extent.End;)
        {
            int within = (int)(offset % PageBytes);
            int part = (int)Math.Min(PageBytes - within, extent.End - offset);
            GetOrAdd(offset / PageBytes)?.SetZero(within, part);
            offset += part;
        }
    }

    internal void Forget(Extent extent)
    {
        if (extent.IsEmpty)
            return;
        long first = extent.Offset / PageBytes;
        long last = (extent.End - 1) / PageBytes;
        foreach (long page in RememberedBetween(first, last))
        {
            long start = Math.Max(extent.Offset, page * PageBytes) - (page * PageBytes);
            long end = Math.Min(extent.End - (page * PageBytes), PageBytes);
            if (end - start == PageBytes)
                _pages.Remove(page);
            else
                _pages[page].Forget((int)start, (int)(end - start));
        }
    }

    /// <returns>Offset of the first byte that is known to be another; -1 when there is none.</returns>
    internal long FindDifference(long offset, ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            int within = (int)(offset % PageBytes);
            int part = Math.Min(PageBytes - within, bytes.Length);
            int index = _pages.TryGetValue(offset / PageBytes, out RememberedPage? page)
                ? page.FindDifference(within, bytes[..part])
                : -1;
            if (index >= 0)
                return offset + index;
            bytes = bytes[part..];
            offset += part;
        }
        return -1;
    }

    /// <summary>Walks whatever is shorter: the range or what is remembered.</summary>
    private List<long> RememberedBetween(long first, long last) => last - first < _pages.Count
        ? [.. Pages(first, last).Where(_pages.ContainsKey)]
        : [.. _pages.Keys.Where(page => page >= first && page <= last)];

    private static IEnumerable<long> Pages(long first, long last)
    {
        for (long page = first; page <= last; page++)
            yield return page;
    }

    private RememberedPage? GetOrAdd(long index)
    {
        if (_pages.TryGetValue(index, out RememberedPage? page))
            return page;
        if (_pages.Count >= _mostPages)
        {
            IsIncomplete = true;
            return null;
        }
        return _pages[index] = new RememberedPage();
    }
}
