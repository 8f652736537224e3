namespace IoMerge.Backends.Local;

/// <summary>
/// A store on a block device, past the page cache and for this process alone. Everything completes on a bounded set of
/// threads. A device that vanishes fails its operations with EIO, ENODEV or ENXIO.
/// </summary>
public sealed class BlockDeviceBackend : IBackend
{
    private const long MostTransferBytes = 32L << 20;

    private readonly OpenDevice _device;
    private readonly DirectTransfer _transfer;
    private readonly BlockOperations _operations;
    private readonly ITransferEngine _engine;
    private int _disposed;

    internal BlockDeviceBackend(OpenDevice device, BlockDeviceOptions options, IStoreCalls calls)
    {
        _device = device;
        int fd = (int)device.Handle.DangerousGetHandle();
        Geometry = Describe(device, options);
        _transfer = new DirectTransfer(calls, fd, device.Alignment, tail: null, device.Alignment.Block);
        _operations = new BlockOperations(calls, fd, _transfer, device.Size, options.ReadOnly, device.Alignment.Block);
        InlinePath inline = new(InlineMode.Never, calls, fd, _operations, options.ReadOnly);
        _engine = TransferEngines.Start(_operations, inline, options.Workers, "iomerge block");
    }

    /// <summary>Opens the device for exclusive use.</summary>
    /// <exception cref="BackendOpenException">The options are wrong or the device cannot be used.</exception>
    public static BlockDeviceBackend Open(BlockDeviceOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new BlockDeviceBackend(DeviceOpener.Open(options), options, LinuxStoreCalls.Instance);
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

    /// <summary>Ends the threads and gives the device free. Nothing may be in flight. Does not flush.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        await _engine.DisposeAsync().ConfigureAwait(false);
        _transfer.Dispose();
        _device.Dispose();
    }

    private static BackendGeometry Describe(OpenDevice device, BlockDeviceOptions options) => new()
    {
        BlockSize = device.Alignment.Block,
        MemoryAlignment = device.Alignment.Memory,
        MaxTransferBytes = WholeStripes(device.OptimalBytes),
        MaxSegments = PlainTransfer.MaxSegmentsPerCall,
        IsDurable = true,
        IsReadOnly = options.ReadOnly,
        CanDiscard = device.CanDiscard && !options.ReadOnly,
        CanZero = !options.ReadOnly,
    };

    private static long WholeStripes(long optimal) =>
        optimal > 0 && optimal <= MostTransferBytes ? MostTransferBytes / optimal * optimal : MostTransferBytes;
}
