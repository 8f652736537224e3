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

    /// <param name="geometry">What the store demands, prefers and can do, whatever the engine.</param>
    /// <param name="operations">What the operations mean on it.</param>
    /// <param name="inline">Which of them can be served on the submitting thread without waiting.</param>
    /// <param name="settings">How they are driven.</param>
    private protected DescriptorBackend(
        BackendGeometry geometry, StoreOperations operations, InlineMode inline, EngineSettings settings)
    {
        _operations = operations;
        StartedEngine started = TransferEngines.Start(operations, inline, settings, geometry.BlockSize, Warn);
        _engine = started.Engine;
        Engine = started.Kind;
        EngineRefusal = started.Refusal;
        Geometry = geometry with
        {
            CompletesInline = Engine == EngineKind.Inline,
            // The page cache copies, wherever to.
            PrefersRegisteredMemory = geometry.MemoryAlignment > 1 && _engine.PrefersRegisteredMemory,
        };
    }

    /// <summary>
    /// Told a sentence when something is not as it should be, such as an operation that does not come back. Any thread;
    /// be quick.
    /// </summary>
    public event Action<string>? Warned;

    /// <inheritdoc/>
    public BackendGeometry Geometry { get; }

    /// <summary>What drives the operations; never <see cref="EngineKind.Auto"/>.</summary>
    public EngineKind Engine { get; }

    /// <summary>
    /// Why <see cref="EngineKind.Auto"/> did not take io_uring, as the end of a sentence; null when it did, or did not
    /// want to.
    /// </summary>
    public string? EngineRefusal { get; }

    /// <inheritdoc/>
    public long Size => _operations.Size;

    /// <summary>
    /// The first unexpected exception, which its operation answered with EIO; null while there was none. Not null
    /// means a bug. Any thread.
    /// </summary>
    public Exception? Fault => _engine.Fault;

    /// <inheritdoc/>
    public ICompletionSource? Completions => _engine.Completions;

    /// <inheritdoc/>
    public void RegisterMemory(nint address, nint length) => _engine.RegisterMemory(address, length);

    /// <inheritdoc/>
    public void Submit(BackendIo io)
    {
        ArgumentNullException.ThrowIfNull(io);
        _engine.Submit(io);
    }

    /// <inheritdoc/>
    public void BeginBatch() => _engine.BeginBatch();

    /// <inheritdoc/>
    public void EndBatch() => _engine.EndBatch();

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

    private void Warn(string what) => Warned?.Invoke(what);
}
