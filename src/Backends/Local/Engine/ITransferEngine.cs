namespace IoMerge.Backends.Local;

/// <summary>
/// Carries operations out against one open store and completes them. The seam between what a store is and how its
/// system calls are driven: by a ring, by threads that block, or by whoever submits.
/// </summary>
internal interface ITransferEngine : IAsyncDisposable
{
    /// <summary>Starts an operation. Cheap, never waits for the store, never throws; any thread.</summary>
    void Submit(BackendIo io);

    /// <summary>
    /// What this thread submits until <see cref="EndBatch"/> may be kept back until then. Batches may lie within each
    /// other.
    /// </summary>
    void BeginBatch();

    /// <summary>Starts what this thread has submitted since <see cref="BeginBatch"/>.</summary>
    void EndBatch();

    /// <summary>
    /// Asks the system to give an operation up. If it does, the operation completes with ETIMEDOUT, else as it would
    /// have. Any thread.
    /// </summary>
    /// <returns>False when this engine cannot ask.</returns>
    bool TryCancel(BackendIo io);

    /// <summary>
    /// True when <see cref="RegisterMemory"/> makes transfers past the page cache cheaper. Never changes.
    /// </summary>
    bool PrefersRegisteredMemory { get; }

    /// <summary>See <see cref="IBackend.RegisterMemory"/>.</summary>
    void RegisterMemory(nint address, nint length);

    /// <summary>Completions that somebody may come for; null where threads of the engine's own bring them.</summary>
    ICompletionSource? Completions { get; }

    /// <summary>
    /// The first unexpected exception, which its operation answered with EIO; null while there was none.
    /// </summary>
    Exception? Fault { get; }
}
