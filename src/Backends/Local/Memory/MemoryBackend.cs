namespace IoMerge.Backends.Local;

/// <summary>
/// A store in memory, gone when the process ends. Everything completes on the submitting thread; a read that accepts a
/// loan is answered by pointing into the store.
/// </summary>
/// <remarks>
/// Lending is safe because the scheduler keeps operations that change a range away from reads of it until these have
/// completed. Bytes at and behind <see cref="Size"/> are always zero, so growing needs no clearing.
/// </remarks>
public sealed class MemoryBackend : IBackend
{
    private readonly MemoryMapping _memory;
    private readonly bool _growable;
    private readonly Lock _sizeLock = new();
    private long _size;

    private MemoryBackend(MemoryBackendOptions options)
    {
        _memory = new MemoryMapping(Math.Max(1, options.Reserve), options.HugePages);
        _growable = options.Growable;
        _size = options.Size;
        Geometry = new BackendGeometry
        {
            PreferredTransferBytes = 128 << 10,
            CanResize = _growable,
            CanDiscard = true,
            CanZero = true,
            CanAllocate = true,
            CompletesInline = true,
        };
    }

    /// <summary>Reserves the memory.</summary>
    /// <exception cref="BackendOpenException">The options are wrong or the memory cannot be reserved.</exception>
    public static MemoryBackend Create(MemoryBackendOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        OptionFault.ThrowIfAny("Memory volume", options.Validate());
        return new MemoryBackend(options);
    }

    /// <inheritdoc/>
    public BackendGeometry Geometry { get; }

    /// <inheritdoc/>
    public long Size => Volatile.Read(ref _size);

    /// <inheritdoc/>
    public void Anticipate(Extent extent) => _memory.Prefetch(extent);

    /// <inheritdoc/>
    public void Submit(BackendIo io)
    {
        ArgumentNullException.ThrowIfNull(io);
        switch (io.Kind)
        {
            case IoKind.Read:
                Read(io);
                break;
            case IoKind.Write:
                Errno error = Write(io);
                io.Complete(error, error.IsSuccess ? io.Extent.Length : 0);
                break;
            default:
                io.Complete(Change(io), 0);
                break;
        }
    }

    /// <summary>Gives the memory back. Nothing may be in flight.</summary>
    public ValueTask DisposeAsync()
    {
        _memory.Dispose();
        return ValueTask.CompletedTask;
    }

    private void Read(BackendIo io)
    {
        Extent existing = Existing(io.Extent);
        if (existing.IsEmpty)
        {
            io.Complete(Errno.None, 0);
            return;
        }
        if (io.AcceptsLoan)
        {
            io.CompleteWithLoan(_memory.AddressOf(existing), existing.Length);
            return;
        }
        Errno error = io.RequireSegments();
        long position = existing.Offset;
        if (error.IsSuccess)
        {
            foreach (IoSegment segment in io.Segments)
            {
                long length = Math.Min(segment.Length, existing.End - position);
                _memory.CopyTo(position, segment.Address, length);
                position += length;
            }
        }
        io.Complete(error, position - existing.Offset);
    }

    private Errno Write(BackendIo io)
    {
        Errno error = Reach(io.Extent.End);
        if (error.IsError)
            return error;
        long position = io.Extent.Offset;
        foreach (IoSegment segment in io.Segments)
        {
            long length = Math.Min(segment.Length, io.Extent.End - position);
            _memory.CopyFrom(position, segment.Address, length);
            position += length;
        }
        Grow(io.Extent.End);
        return Errno.None;
    }

    private Errno Change(BackendIo io)
    {
        switch (io.Kind)
        {
            case IoKind.Flush:
                return Errno.None;
            case IoKind.Discard:
                _memory.Release(Existing(io.Extent));
                return Errno.None;
            case IoKind.Zero:
                return Zero(io);
            case IoKind.Allocate:
                return Allocate(io);
            case IoKind.Resize:
                return _growable ? Resize(io.Extent.Offset) : Errno.EOPNOTSUPP;
            default:
                return Errno.EOPNOTSUPP;
        }
    }

    private Errno Zero(BackendIo io)
    {
        Errno error = GrowUnlessKept(io);
        if (error.IsError)
            return error;
        Extent existing = Existing(io.Extent);
        if ((io.Flags & IoFlags.Unmap) != 0)
            _memory.Release(existing);
        else
            _memory.Clear(existing);
        return Errno.None;
    }

    private Errno Allocate(BackendIo io)
    {
        if ((io.Flags & IoFlags.KeepSize) != 0)
            return _memory.Populate(Existing(io.Extent));
        Errno error = Reach(io.Extent.End);
        if (error.IsSuccess)
            error = _memory.Populate(io.Extent);
        if (error.IsSuccess)
            Grow(io.Extent.End);
        return error;
    }

    private Errno GrowUnlessKept(BackendIo io)
    {
        if ((io.Flags & IoFlags.KeepSize) != 0)
            return Errno.None;
        Errno error = Reach(io.Extent.End);
        if (error.IsSuccess)
            Grow(io.Extent.End);
        return error;
    }

    private Errno Resize(long size)
    {
        if (size > _memory.Length)
            return Errno.ENOSPC;
        lock (_sizeLock)
        {
            if (size < _size)
                _memory.Release(Extent.Between(size, _size));
            Volatile.Write(ref _size, size);
        }
        return Errno.None;
    }

    private Errno Reach(long end) => end <= Size || (_growable && end <= _memory.Length) ? Errno.None : Errno.ENOSPC;

    private void Grow(long end)
    {
        if (end <= Size)
            return;
        lock (_sizeLock)
            Volatile.Write(ref _size, Math.Max(_size, end));
    }

    private Extent Existing(Extent extent)
    {
        long size = Size;
        return extent.Offset >= size ? default : Extent.Between(extent.Offset, Math.Min(extent.End, size));
    }
}
