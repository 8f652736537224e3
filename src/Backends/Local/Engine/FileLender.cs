using IoMerge.Backends.Local.Native;

namespace IoMerge.Backends.Local;

/// <summary>
/// Ends reads by lending the file itself, where nobody has to wait for its bytes: they lie in the page cache, or the
/// file system is memory.
/// </summary>
internal sealed class FileLender : IDisposable
{
    /// <summary>Bytes of a caller from which on a loan is worth asking for every page of it (decision 40).</summary>
    private const long SmallestAskedFor = 256 << 10;

    private readonly StoreOperations _operations;
    private readonly CachedPages? _cached;
    private readonly long _smallest;

    private FileLender(StoreOperations operations, CachedPages? cached)
    {
        _operations = operations;
        _cached = cached;
        _smallest = cached is null ? 1 : SmallestAskedFor;
    }

    /// <summary>Null for a store that has nothing to lend.</summary>
    /// <param name="operations">The store.</param>
    /// <param name="mode">What it can serve without waiting.</param>
    internal static FileLender? For(StoreOperations operations, InlineMode mode)
    {
        if (mode == InlineMode.Never || !StoreDescriptor.CanSplice(operations.Descriptor))
            return null;
        CachedPages? cached = mode == InlineMode.Always
            ? null
            : new CachedPages(operations.Descriptor, () => operations.Size);
        return new FileLender(operations, cached);
    }

    /// <returns>True when the operation is over.</returns>
    internal bool TryLend(BackendIo io)
    {
        Extent extent = io.Extent;
        if (io.Kind != IoKind.Read || extent.Length / io.MemberCount < _smallest || !io.AcceptsFileLoan)
            return false;
        if (extent.End > _operations.Size || (_cached is not null && !_cached.Hold(extent)))
            return false;
        io.CompleteWithFileLoan(_operations.Descriptor, extent.Offset);
        return true;
    }

    /// <summary>Nothing is asked of it any more.</summary>
    public void Dispose() => _cached?.Dispose();
}
