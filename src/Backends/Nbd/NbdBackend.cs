namespace IoMerge.Backends.Nbd;

/// <summary>
/// A store behind an NBD server. Many commands are in flight on few connections; a server that is away is waited for.
/// </summary>
/// <remarks>
/// What is in flight when a connection is lost is sent again over the next: its bytes are still the caller's, and
/// nobody else touches its range. What was acknowledged and not flushed may be lost with the server; the next flush
/// says so, once, with EIO.
/// </remarks>
public sealed class NbdBackend : IBackend
{
    [ThreadStatic]
    private static NbdBackend? t_batch;

    [ThreadStatic]
    private static int t_batchDepth;

    private readonly LinkSet _links;
    private readonly Announcer? _announcer;
    private int _disposed;

    private NbdBackend(LinkSet links, long readAheadBytes)
    {
        _links = links;
        ExportInfo info = links.Info;
        if (readAheadBytes > 0 && info.Has(ExportFlags.SendCache))
            _announcer = new Announcer(links, readAheadBytes);
        bool writable = !links.IsReadOnly;
        Geometry = new BackendGeometry
        {
            BlockSize = (int)info.MinimumBlock,
            MaxTransferBytes = info.MaximumBlock,
            IsDurable = writable && info.Has(ExportFlags.SendFlush),
            IsReadOnly = links.IsReadOnly,
            CanDiscard = writable && info.Has(ExportFlags.SendTrim),
            CanZero = writable,
            CanSeekData = info.AllocationContext is not null,
        };
    }

    /// <inheritdoc/>
    public BackendGeometry Geometry { get; }

    /// <inheritdoc/>
    public long Size => _links.Size;

    /// <summary>What it did so far. Any thread, also after disposal.</summary>
    public NbdStatistics Statistics => _links.Statistics;

    /// <summary>Connects, and agrees with the server on how to talk.</summary>
    /// <param name="options">Where the server is and how long to wait for it.</param>
    /// <param name="events">Is told what becomes of the server; null: nobody.</param>
    /// <exception cref="BackendOpenException">
    /// The options are wrong, or the server or the export cannot be had.
    /// </exception>
    public static NbdBackend Open(NbdBackendOptions options, INbdEvents? events = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        OptionFault.ThrowIfAny("The NBD store", options.Validate());
        NbdAddress address = options.ToAddress();
        ITls? tls = !address.IsTls ? null
            : address.TlsPskFile.Length > 0 ? new PskTls(address.TlsPskFile, address.TlsUsername)
            : new CertificateTls(address.TlsCertificates, address.TlsHostname, address.TlsVerifyPeer);
        Connector first = new(address, tls);
        try
        {
            TimeSpan patience = TimeSpan.FromMilliseconds(Math.Min(options.RequestTimeoutMs, 10_000));
            ITransport transport = first.Connect(patience, out ExportInfo info);
            LinkSet links = new(options, address.Server, info, events);
            links.Start(transport, () => new Connector(address, tls));
            return new NbdBackend(links, options.ReadAheadBytes);
        }
        catch (NbdProtocolException e)
        {
            throw new BackendOpenException($"The {address.Server} cannot be used: {e.Message}.", e);
        }
    }

    /// <inheritdoc/>
    public void Submit(BackendIo io)
    {
        ArgumentNullException.ThrowIfNull(io);
        Errno error = Judge(io, out Extent extent);
        if (error.IsError || (extent.IsEmpty && io.Kind is not (IoKind.Flush or IoKind.SeekData or IoKind.SeekHole)))
            io.Complete(error, 0);
        else if (io.Kind == IoKind.Flush && !_links.Info.Has(ExportFlags.SendFlush))
            io.Complete(_links.EndFlush(), 0);
        else
            Begin(io, extent);
        if (t_batch != this)
            _links.SubmissionEnds();
    }

    /// <inheritdoc/>
    public void BeginBatch()
    {
        // A batch of another store around this one keeps its place: what is submitted here then starts at once.
        t_batch ??= this;
        if (t_batch == this)
            t_batchDepth++;
    }

    /// <inheritdoc/>
    public void EndBatch()
    {
        if (t_batch != this || --t_batchDepth > 0)
            return;
        t_batch = null;
        _links.SubmissionEnds();
    }

    /// <summary>Ends the connections. Nothing may be in flight. Does not flush. A second call does nothing.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
            await _links.DisposeAsync().ConfigureAwait(false);
    }

    private void Begin(BackendIo io, Extent extent)
    {
        bool isRead = io.Kind == IoKind.Read;
        _links.Rent().Begin(io, extent);
        // Behind the read, which is not to wait for it; the operation may be over by now.
        if (isRead)
            _announcer?.Saw(extent);
    }

    /// <summary>What cannot be done is said before the server is asked; the rest is cut to what exists.</summary>
    private Errno Judge(BackendIo io, out Extent extent)
    {
        long size = Size;
        extent = io.Extent;
        if (io.Kind.Changes() && Geometry.IsReadOnly)
            return Errno.EROFS;
        switch (io.Kind)
        {
            case IoKind.Read:
                extent = Existing(io.Extent, size);
                return extent.IsEmpty ? Errno.None : CheckMemory(io);
            case IoKind.Write:
                return io.Extent.End > size ? Errno.ENOSPC : io.Extent.IsEmpty ? Errno.None : CheckMemory(io);
            case IoKind.Zero:
                if ((io.Flags & IoFlags.KeepSize) != 0)
                    extent = Existing(io.Extent, size);
                return extent.End > size ? Errno.ENOSPC : Errno.None;
            case IoKind.Discard:
                extent = Inward(Existing(io.Extent, size), Geometry.BlockSize);
                return Geometry.CanDiscard ? Errno.None : Errno.EOPNOTSUPP;
            case IoKind.SeekData or IoKind.SeekHole:
                return !Geometry.CanSeekData ? Errno.EOPNOTSUPP
                    : io.Extent.Offset >= size ? Errno.ENXIO : Errno.None;
            case IoKind.Flush:
                return Errno.None;
            default:
                return Errno.EOPNOTSUPP;
        }
    }

    private static Errno CheckMemory(BackendIo io)
    {
        Errno error = io.RequireSegments();
        return error.IsError || io.HasWholeSegments ? error : Errno.EINVAL;
    }

    private static Extent Existing(Extent extent, long size) =>
        extent.Offset >= size ? default : Extent.Between(extent.Offset, Math.Min(extent.End, size));

    /// <summary>The whole blocks inside an extent.</summary>
    private static Extent Inward(Extent extent, long block)
    {
        long start = (extent.Offset + block - 1) & -block;
        long end = extent.End & -block;
        return start < end ? Extent.Between(start, end) : default;
    }
}
