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

    /// <summary>Starts an operation; its end is told through <see cref="BackendIo.Complete"/>.</summary>
    void Submit(BackendIo io);

    /// <summary>
    /// Starts an operation, and says whether this thread submits another one at once: then the store may keep this one
    /// for a moment and send both with one call.
    /// </summary>
    /// <param name="io">The operation.</param>
    /// <param name="moreFollows">
    /// True only when the same thread calls this again right after, the last time with false. Nothing else may be
    /// waited for in between.
    /// </param>
    void SubmitPlugged(BackendIo io, bool moreFollows) => Submit(io);
}
