using IoMerge.Rings;

namespace IoMerge.Backends.Local;

/// <summary>
/// A store on a block device, past the page cache and for this process alone, driven by an engine
/// (<see cref="EngineKind"/>). A device that vanishes fails its operations with EIO, ENODEV or ENXIO.
/// </summary>
public sealed class BlockDeviceBackend : DescriptorBackend
{
    private const long MostTransferBytes = 32L << 20;

    private readonly OpenDevice _device;
    private readonly DirectTransfer _transfer;

    internal BlockDeviceBackend(
        OpenDevice device, BlockDeviceOptions options, IStoreCalls calls, EngineSettings? engine = null)
        : this(device, options, calls,
            new DirectTransfer(calls, Fd(device), device.Alignment, tail: null, device.Alignment.Block),
            engine ?? options.EngineSettings)
    {
    }

    private BlockDeviceBackend(
        OpenDevice device, BlockDeviceOptions options, IStoreCalls calls, DirectTransfer transfer,
        EngineSettings engine)
        : base(Describe(device, options),
            new BlockOperations(
                calls, Fd(device), transfer, device.Size, options.ReadOnly, device.Alignment.Block),
            InlineMode.Never, engine)
    {
        _device = device;
        _transfer = transfer;
    }

    /// <summary>Opens the device for exclusive use.</summary>
    /// <exception cref="BackendOpenException">The options are wrong or the device cannot be used.</exception>
    public static BlockDeviceBackend Open(BlockDeviceOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        TransferEngines.Require(options.Engine, LinuxRingKernel.Instance);
        OpenDevice device = DeviceOpener.Open(options);
        try
        {
            return new BlockDeviceBackend(device, options, LinuxStoreCalls.Instance);
        }
        catch
        {
            device.Dispose();
            throw;
        }
    }

    private protected override void Close()
    {
        _transfer.Dispose();
        _device.Dispose();
    }

    private static int Fd(OpenDevice device) => (int)device.Handle.DangerousGetHandle();

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
