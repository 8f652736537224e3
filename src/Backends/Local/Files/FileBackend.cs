namespace IoMerge.Backends.Local;

/// <summary>
/// A store in a regular file, past the page cache (O_DIRECT) or through it. What the page cache can serve at once, and
/// everything on tmpfs, completes on the submitting thread; the rest on a bounded set of threads.
/// </summary>
public sealed class FileBackend : IBackend
{
    /// <summary>Pages are what the page cache and direct transfers must not share at one time.</summary>
    private const int PageBytes = 4096;

    private readonly OpenFile _file;
    private readonly DirectTransfer? _direct;
    private readonly FileOperations _operations;
    private readonly ITransferEngine _engine;
    private int _disposed;

    internal FileBackend(OpenFile file, FileBackendOptions options, IStoreCalls calls)
    {
        _file = file;
        int fd = (int)file.Main.DangerousGetHandle();
        Geometry = Describe(file, options);
        if (file.Direct is DirectAlignment alignment)
        {
            PlainTransfer? tail = file.Tail is null
                ? null
                : new PlainTransfer(calls, (int)file.Tail.DangerousGetHandle());
            _direct = new DirectTransfer(calls, fd, alignment, tail, Geometry.BlockSize);
        }
        IStoreTransfer transfer = _direct is null ? new PlainTransfer(calls, fd) : _direct;
        _operations = new FileOperations(calls, fd, transfer, file.Size, options.ReadOnly, options.Growable);
        InlineMode mode = file.IsInMemory ? InlineMode.Always
            : _direct is null ? InlineMode.WhenCached
            : InlineMode.Never;
        InlinePath inline = new(mode, calls, fd, _operations, options.ReadOnly);
        _engine = TransferEngines.Start(_operations, inline, options.Workers, "iomerge file");
    }

    /// <summary>
    /// Opens or creates the file and locks it against a second use. A file that it created survives a loss of power
    /// when this returns.
    /// </summary>
    /// <exception cref="BackendOpenException">The options are wrong or the file cannot be used.</exception>
    public static FileBackend Open(FileBackendOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        LinuxStoreCalls calls = LinuxStoreCalls.Instance;
        return new FileBackend(FileOpener.Open(options, calls), options, calls);
    }

    /// <inheritdoc/>
    public BackendGeometry Geometry { get; }

    /// <inheritdoc/>
    public long Size => _operations.Size;

    /// <summary>True when transfers go past the page cache.</summary>
    public bool IsDirect => _direct is not null;

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

    /// <summary>Ends the threads and closes the file. Nothing may be in flight. Does not flush.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        await _engine.DisposeAsync().ConfigureAwait(false);
        _direct?.Dispose();
        _file.Dispose();
    }

    private static BackendGeometry Describe(OpenFile file, FileBackendOptions options) => new()
    {
        BlockSize = file.Direct is DirectAlignment direct ? Math.Max(direct.Block, PageBytes) : 1,
        MemoryAlignment = file.Direct?.Memory ?? 1,
        PreferredTransferBytes = file.Direct is null ? 128 << 10 : 0,
        MaxSegments = PlainTransfer.MaxSegmentsPerCall,
        IsDurable = !file.IsInMemory,
        IsReadOnly = options.ReadOnly,
        CanResize = options.Growable,
        CanDiscard = !options.ReadOnly,
        CanZero = !options.ReadOnly,
        CanAllocate = !options.ReadOnly,
        CanSeekData = true,
        CompletesInline = file.IsInMemory,
    };
}
