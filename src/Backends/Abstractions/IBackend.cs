namespace IoMerge.Backends;

/// <summary>
/// A store: an array of bytes of a certain size. It knows nothing of FUSE, merging or policies.
/// </summary>
/// <remarks>
/// <para>What the caller (the scheduler) guarantees:</para>
/// <list type="bullet">
/// <item>transfers lie inside [0, <see cref="Size"/>), or begin anywhere and pass the end where
/// <see cref="BackendGeometry.CanResize"/> (writes) or where the end is to be found out (reads);</item>
/// <item>
/// segment lengths add up to the extent's length; there are at most <see cref="BackendGeometry.MaxSegments"/>;
/// </item>
/// <item>memory stays valid until the operation has completed;</item>
/// <item>two operations in flight never touch a common block (<see cref="BackendGeometry.BlockSize"/>) if one of them
/// changes it; a write beyond the end is alone beyond the end;</item>
/// <item>nothing is submitted once disposal began, and disposal begins when nothing is in flight.</item>
/// </list>
/// <para>What the backend guarantees:</para>
/// <list type="bullet">
/// <item><see cref="BackendIo.Complete"/> is called exactly once for each operation, on whatever path;</item>
/// <item>a transfer is whole or it failed: short transfers of the system are finished inside. Only a read that meets
/// the end of the store completes short without an error. With an error the result says how many leading bytes are
/// known to be good;</item>
/// <item><see cref="Submit"/> does not throw, may be called from any number of threads, does not wait for a slow store
/// (memory may be copied), and operations may complete in any order;</item>
/// <item>a flush covers every operation that had completed when the flush was submitted, and an operation with
/// <see cref="IoFlags.DataSync"/> or <see cref="IoFlags.Sync"/> is durable when it completes, or
/// <see cref="BackendGeometry.IsDurable"/> is false;</item>
/// <item>a failed write beyond the end leaves the store no longer than the last byte that was written
/// successfully.</item>
/// </list>
/// <para>Opening is the constructor's or a factory's business and fails with <see cref="BackendOpenException"/>.
/// The behaviour is tested by <c>BackendContractTests</c>, which every implementation derives from.</para>
/// </remarks>
public interface IBackend : IAsyncDisposable
{
    /// <summary>What the store demands, prefers and can do. Never changes.</summary>
    BackendGeometry Geometry { get; }

    /// <summary>Size in bytes at this moment. Changes only by operations of its own. Any thread.</summary>
    long Size { get; }

    /// <summary>
    /// A hint that a transfer of this extent has arrived and will soon be submitted, perhaps as part of a larger one:
    /// the store may use the time in between to bring closer what it will need. Does nothing unless a store has a use
    /// for it.
    /// </summary>
    /// <remarks>
    /// It may come for extents that lie outside the store, and nothing may follow it. It must not change, fail or wait,
    /// and it runs on the caller's time. Any thread, until disposal begins.
    /// </remarks>
    void Anticipate(Extent extent)
    {
    }

    /// <summary>
    /// Tells of memory that many transfers will use, so that a store may prepare it once instead of for each of them.
    /// Called before the first operation, if <see cref="BackendGeometry.PrefersRegisteredMemory"/>, and once; the
    /// memory stays valid until the last operation has completed. Transfers may use other memory as well, and nothing
    /// but their cost depends on it. A backend that passes operations on passes this on, too, unless the one behind it
    /// outlives it: memory that comes to lie in the same place later would be taken for this.
    /// </summary>
    /// <param name="address">The first byte, at the beginning of a page.</param>
    /// <param name="length">In bytes, whole pages.</param>
    void RegisterMemory(nint address, nint length)
    {
    }

    /// <summary>
    /// Completions that a server's own loop may wait for; null where operations complete without anybody's doing.
    /// Never changes. A backend that passes operations on passes this on, too.
    /// </summary>
    ICompletionSource? Completions => null;

    /// <summary>Starts an operation; its end is told through <see cref="BackendIo.Complete"/>.</summary>
    void Submit(BackendIo io);

    /// <summary>
    /// Says that the calling thread submits several operations now and then calls <see cref="EndBatch"/>: the store may
    /// keep them back until then, to start them together. The block layer calls it a plug.
    /// </summary>
    /// <remarks>
    /// Nobody has to call it: what is submitted outside of a batch starts at once. Batches of one thread may lie within
    /// each other; a batch ends on the thread that began it, and never waits for an operation in between. A backend
    /// that passes operations on passes this on, too; one that has no use for it does nothing. Does not throw.
    /// </remarks>
    void BeginBatch()
    {
    }

    /// <summary>Starts what the calling thread has submitted since <see cref="BeginBatch"/>. Does not throw.</summary>
    void EndBatch()
    {
    }
}
