using IoMerge.Backends.Rbd.Native;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace IoMerge.Backends.Rbd;

/// <summary>
/// A store in an image of a Ceph cluster, through librbd. Every operation is asynchronous; its end is told on the
/// thread of librbd's that learnt of it. The size is fixed from this side, and follows when others resize the image.
/// </summary>
public sealed class RbdBackend : IBackend
{
    private readonly OpenImage _image;
    private readonly ImageCalls _calls;
    private readonly ImageSize _size;
    private readonly OperationPool _pool;
    private int _disposed;

    private RbdBackend(RbdBackendOptions options, RbdName name, OpenImage image, ILogger logger)
    {
        _image = image;
        bool readOnly = options.ReadOnly || name.IsSnapshot;
        Geometry = RbdGeometry.Of(image.Facts, readOnly);
        _size = new ImageSize(image.Handle, name, (long)Math.Min(image.Facts.Size, long.MaxValue), logger);
        _calls = new ImageCalls(
            image.Handle, new TroubleReport(name, options.RequestTimeoutMs, logger, TimeProvider.System));
        _pool = new OperationPool(_calls);
    }

    /// <summary>Connects to the cluster and opens the image.</summary>
    /// <param name="options">Which, and how.</param>
    /// <param name="logger">Takes what becomes of the image while it is open; nothing when null.</param>
    /// <exception cref="BackendOpenException">
    /// The options are wrong, librbd is missing, or the image cannot be used; nothing stays open.
    /// </exception>
    public static RbdBackend Open(RbdBackendOptions options, ILogger? logger = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        OptionFault.ThrowIfAny("RBD volume", options.Validate());
        _ = RbdName.TryParse(options.Image, out RbdName? name);
        if (options.Namespace.Length > 0)
            name = name! with { Namespace = options.Namespace };
        CephLibraries.Require($"The RBD image {name} cannot be opened");
        return new RbdBackend(options, name!, ImageOpener.Open(options, name!), logger ?? NullLogger.Instance);
    }

    /// <inheritdoc/>
    public BackendGeometry Geometry { get; }

    /// <inheritdoc/>
    public long Size => _size.Current;

    /// <summary>
    /// The first unexpected exception of a completion; null while there was none. Not null means a bug. Any thread.
    /// </summary>
    public Exception? Fault => _calls.Fault;

    /// <inheritdoc/>
    public void Submit(BackendIo io)
    {
        ArgumentNullException.ThrowIfNull(io);
        Errno error = RbdBounds.Check(io, Size, Geometry.IsReadOnly, out Extent part);
        if (error.IsError || (part.IsEmpty && io.Kind != IoKind.Flush))
        {
            io.Complete(error, 0);
            return;
        }
        if (io.Kind.IsTransfer())
        {
            error = io.RequireSegments();
            if (error.IsSuccess && !RbdBounds.AreSegmentsValid(io))
                error = Errno.EINVAL;
            if (error.IsError)
            {
                io.Complete(error, 0);
                return;
            }
        }
        _pool.Rent().Start(io, part);
    }

    /// <summary>
    /// Gives the lock back, closes the image and leaves the cluster. Nothing may be in flight. A second call does
    /// nothing.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        // Closing waits for the cluster, and for librbd's own threads, of which the caller's may be one.
        await Task.Run(Close).ConfigureAwait(false);
    }

    private void Close()
    {
        _size.Dispose();
        _image.Close();
        _pool.Dispose();
    }
}
