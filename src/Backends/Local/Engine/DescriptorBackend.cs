namespace IoMerge.Backends.Local;

/// <summary>
/// A store behind an open descriptor, a file or a block device: the part of a backend that does not depend on which of
/// the two it is. Derived classes say what they demand, and close what they opened.
/// </summary>
public abstract class DescriptorBackend : IBackend
{
    private readonly StoreOperations _operations;
    private readonly ITransferEngine _engine;
    private int _disposed;

    /// <param name="geometry">What the store demands, prefers and can do.</param>
    /// <param name="operations">What the operations mean on it.</param>
    /// <param name="inline">Which of them are served on the submitting thread.</param>
    /// <param name="workers">Most threads for the rest.</param>
    /// <param name="name">Name of these threads.</param>
    private protected DescriptorBackend(
        BackendGeometry geometry, StoreOperations operations, InlineMode inline, int workers, string name)
    {
        Geometry = geometry;
        _operations = operations;
        _engine = TransferEngines.Start(operations, new InlinePath(inline, operations), workers, name);
    }

    /// <inheritdoc/>
    public BackendGeometry Geometry { get; }

    /// <inheritdoc/>
    public long Size => _operations.Size;

    /// <summary>
    /// The first unexpected exception, which its operation answered with EIO; null while there was none. Not null
    /// means a bug. Any thread.
    /// </summary>
    public Exception? Fault => _engine.Fault;

    /// <inheritdoc/>
    public void Submit(BackendIo io)
    {
        ArgumentNullException.ThrowIfNull(io);
        _engine.Submit(io);
    }

    /// <summary>
    /// Ends the threads and closes what was opened. Nothing may be in flight. Does not flush. A second call does
    /// nothing.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        await _engine.DisposeAsync().ConfigureAwait(false);
        Close();
        GC.SuppressFinalize(this);
    }

    /// <summary>Closes descriptors and gives memory back; nothing uses them any more.</summary>
    private protected abstract void Close();
}
