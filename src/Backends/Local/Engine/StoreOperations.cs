namespace IoMerge.Backends.Local;

/// <summary>
/// What the operations mean on a store behind a file descriptor: bounds, size, durability. Blocks until done; which
/// thread that is does not matter here. Derived classes add what files and devices do differently.
/// </summary>
internal abstract class StoreOperations
{
    /// <summary>No store reaches farther: arithmetic on whole blocks and pages stays within 2^63.</summary>
    internal const long LargestSize = long.MaxValue - (1 << 20);

    private readonly Lock _sizeLock = new();
    private readonly bool _growable;
    private long _size;

    private protected StoreOperations(
        IStoreCalls calls, int fd, IStoreTransfer transfer, long size, bool readOnly, bool growable)
    {
        Calls = calls;
        Descriptor = fd;
        Transfer = transfer;
        _size = size;
        IsReadOnly = readOnly;
        _growable = growable;
    }

    /// <summary>Size in bytes. Any thread.</summary>
    internal long Size => Volatile.Read(ref _size);

    /// <summary>True when everything that changes the store fails with EROFS.</summary>
    internal bool IsReadOnly { get; }

    /// <summary>The system.</summary>
    internal IStoreCalls Calls { get; }

    /// <summary>The open store.</summary>
    internal int Descriptor { get; }

    private protected IStoreTransfer Transfer { get; }

    /// <summary>Carries an operation out; the caller completes it.</summary>
    internal TransferResult CarryOut(BackendIo io)
    {
        if (IsReadOnly && io.Kind.Changes())
            return new TransferResult(Errno.EROFS, 0);
        switch (io.Kind)
        {
            case IoKind.Read:
                return Read(io);
            case IoKind.Write:
                return Write(io);
            case IoKind.Flush:
                return new TransferResult(Calls.SyncData(Descriptor), 0);
            case IoKind.SeekData:
            case IoKind.SeekHole:
                return Seek(io);
            default:
                Errno error = Change(io);
                return new TransferResult(error.IsSuccess ? MakeDurable(io.Flags) : error, 0);
        }
    }

    /// <summary>
    /// Says which one system call an operation is, when it is one. <see cref="CarryOut"/> does the same and more: it
    /// may always be called instead, or afterwards when the call did not do it.
    /// </summary>
    internal bool TryAsOneCall(BackendIo io, out OneCall call)
    {
        call = default;
        if (IsReadOnly && io.Kind.Changes())
            return false;
        switch (io.Kind)
        {
            case IoKind.Read:
                call = new OneCall(OneCallKind.Read, io.Extent);
                return io.Extent.Offset < Size && io.RequireSegments().IsSuccess && IsStraight(io, isWrite: false);
            case IoKind.Write:
                call = new OneCall(OneCallKind.Write, io.Extent, DurabilityOf(io.Flags));
                return io.Extent.End <= Size && IsStraight(io, isWrite: true);
            case IoKind.Flush:
                call = new OneCall(OneCallKind.SyncData, default);
                return true;
            default:
                return DurabilityOf(io.Flags) == CallFlags.None && TryAsAllocation(io, out call);
        }
    }

    /// <summary>True when a transfer that ended short may be continued from there as one call.</summary>
    internal bool GoesOnFrom(long offset) => Transfer.GoesOnFrom(offset);

    /// <summary>Discard, zero, allocate, resize.</summary>
    private protected abstract Errno Change(BackendIo io);

    /// <summary>Finds data or a hole.</summary>
    private protected virtual TransferResult Seek(BackendIo io) => new(Errno.EOPNOTSUPP, 0);

    /// <summary>Whether a change of another kind than a write is one fallocate(2) that does not grow the
    /// store.</summary>
    private protected virtual bool TryAsAllocation(BackendIo io, out OneCall call)
    {
        call = default;
        return false;
    }

    /// <summary>Undoes what a failed operation may have added behind an end.</summary>
    private protected virtual void TrimTo(long size) { }

    /// <summary>Whether the store may become or is long enough for an operation that ends there.</summary>
    private protected Errno Reach(long end)
    {
        if (end <= Size)
            return Errno.None;
        if (!_growable)
            return Errno.ENOSPC;
        return end <= LargestSize ? Errno.None : Errno.EFBIG;
    }

    /// <summary>
    /// The extent that a zero or an allocation is about: cut at the end when it must not grow the store.
    /// </summary>
    /// <returns>Whether the store may become or is long enough for it.</returns>
    private protected Errno ReachWanted(BackendIo io, out Extent wanted)
    {
        wanted = (io.Flags & IoFlags.KeepSize) != 0 ? Existing(io.Extent) : io.Extent;
        return Reach(wanted.End);
    }

    private protected bool CanGrow => _growable;

    /// <summary>The part of an extent that exists.</summary>
    private protected Extent Existing(Extent extent)
    {
        long size = Size;
        return extent.Offset >= size ? default : Extent.Between(extent.Offset, Math.Min(extent.End, size));
    }

    private protected void GrowTo(long end)
    {
        if (end <= Size)
            return;
        lock (_sizeLock)
            Volatile.Write(ref _size, Math.Max(_size, end));
    }

    private protected void SetSize(long size)
    {
        lock (_sizeLock)
            Volatile.Write(ref _size, size);
    }

    /// <summary>Writes zeros over exactly this range.</summary>
    private protected Errno WriteZeros(Extent extent)
    {
        long sizeAfter = Math.Max(Size, extent.End);
        long position = extent.Offset;
        while (position < extent.End)
        {
            long next = Math.Min(extent.End, (position & -(long)ZeroPages.Length) + ZeroPages.Length);
            IoSegment zeros = new(ZeroPages.Address, (nint)(next - position));
            TransferResult written =
                Transfer.Write([zeros], Extent.Between(position, next), sizeAfter, CallFlags.None);
            if (written.Error.IsError)
                return written.Error;
            position = next;
        }
        return Errno.None;
    }

    private bool IsStraight(BackendIo io, bool isWrite) => !io.Extent.IsEmpty && io.HasWholeSegments
        && Transfer.IsStraight(io.Segments, io.Extent, Size, isWrite);

    private TransferResult Read(BackendIo io)
    {
        if (io.Extent.Offset >= Size || io.Extent.IsEmpty)
            return TransferResult.Done(0);
        Errno error = io.RequireSegments();
        if (error.IsSuccess && !io.HasWholeSegments)
            error = Errno.EINVAL;
        return error.IsError ? new TransferResult(error, 0) : Transfer.Read(io.Segments, io.Extent);
    }

    private TransferResult Write(BackendIo io)
    {
        Errno error = Reach(io.Extent.End);
        if (error.IsSuccess && !io.HasWholeSegments)
            error = Errno.EINVAL;
        if (error.IsError || io.Extent.IsEmpty)
            return new TransferResult(error, 0);
        long size = Size;
        long sizeAfter = Math.Max(size, io.Extent.End);
        TransferResult written = Transfer.Write(io.Segments, io.Extent, sizeAfter, DurabilityOf(io.Flags));
        if (written.Bytes > 0)
            GrowTo(io.Extent.Offset + written.Bytes);
        if (written.Error.IsError && sizeAfter > size)
            TrimTo(Size);
        return written;
    }

    private Errno MakeDurable(IoFlags flags) => DurabilityOf(flags) switch
    {
        CallFlags.Sync => Calls.SyncAll(Descriptor),
        CallFlags.DataSync => Calls.SyncData(Descriptor),
        _ => Errno.None,
    };

    private static CallFlags DurabilityOf(IoFlags flags) =>
        (flags & IoFlags.Sync) != 0 ? CallFlags.Sync
        : (flags & IoFlags.DataSync) != 0 ? CallFlags.DataSync
        : CallFlags.None;
}
