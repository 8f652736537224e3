namespace IoMerge.Backends.Local;

/// <summary>
/// Carries operations out against one open store and completes them. The seam between what a store is and how its
/// system calls are driven: today by threads that block.
/// </summary>
internal interface ITransferEngine : IAsyncDisposable
{
    /// <summary>Starts an operation. Cheap, never waits for the store, never throws; any thread.</summary>
    void Submit(BackendIo io);

    /// <summary>
    /// The first unexpected exception, which its operation answered with EIO; null while there was none.
    /// </summary>
    Exception? Fault { get; }
}
