namespace IoMerge.Backends.Local;

/// <summary>
/// The operations on a regular file: fallocate, ftruncate and SEEK_DATA, with what to do where they are missing.
/// </summary>
internal sealed class FileOperations(
    IStoreCalls calls, int fd, IStoreTransfer transfer, long size, bool readOnly, bool growable)
    : StoreOperations(calls, fd, transfer, size, readOnly, growable)
{
    private volatile bool _punches = true;
    private volatile bool _zeroesRanges = true;

    private protected override Errno Change(BackendIo io) => io.Kind switch
    {
        IoKind.Discard => Discard(Existing(io.Extent)),
        IoKind.Zero => Zero(io),
        IoKind.Allocate => Allocate(io),
        IoKind.Resize => CanGrow ? Resize(io.Extent.Offset) : Errno.EOPNOTSUPP,
        _ => Errno.EOPNOTSUPP,
    };

    private protected override bool TryAsAllocation(BackendIo io, out OneCall call)
    {
        Extent extent = io.Kind == IoKind.Discard ? Existing(io.Extent) : io.Extent;
        bool unmaps = io.Kind == IoKind.Discard || (io.Flags & IoFlags.Unmap) != 0;
        AllocateMode mode = AllocateMode.KeepSize
            | (io.Kind == IoKind.Allocate ? AllocateMode.Reserve
                : unmaps ? AllocateMode.PunchHole : AllocateMode.ZeroRange);
        call = new OneCall(OneCallKind.Allocate, extent, Mode: mode);
        bool isAllocation = io.Kind is IoKind.Discard or IoKind.Zero or IoKind.Allocate;
        bool isHad = io.Kind == IoKind.Allocate || (unmaps ? _punches : _zeroesRanges);
        return isAllocation && isHad && !extent.IsEmpty && extent.End <= Size;
    }

    private protected override TransferResult Seek(BackendIo io)
    {
        long offset = io.Extent.Offset;
        if (offset >= Size)
            return new TransferResult(Errno.ENXIO, 0);
        Errno error = Calls.Seek(Descriptor, offset, io.Kind == IoKind.SeekHole, out long found);
        return new TransferResult(error, error.IsSuccess ? found : 0);
    }

    private protected override void TrimTo(long size) => _ = Calls.SetLength(Descriptor, size);

    private Errno Discard(Extent extent)
    {
        Errno error = extent.IsEmpty ? Errno.None : TryPunch(extent);
        return error == Errno.EOPNOTSUPP ? Errno.None : error; // A hint that this file system does not take.
    }

    private Errno Zero(BackendIo io)
    {
        Errno error = ReachWanted(io, out Extent extent);
        if (error.IsError || extent.IsEmpty)
            return error;
        long size = Size;
        error = (io.Flags & IoFlags.Unmap) != 0 ? PunchAndExtend(extent, size) : Errno.EOPNOTSUPP;
        if (error == Errno.EOPNOTSUPP)
            error = TryZeroRange(extent, extent.End <= size);
        if (error == Errno.EOPNOTSUPP)
            error = WriteZeros(extent);
        return GrowOrTrim(error, extent.End, size);
    }

    /// <summary>Behind the end there is nothing to punch: growing makes the rest of the zeros.</summary>
    private Errno PunchAndExtend(Extent extent, long size)
    {
        Extent existing = Existing(extent);
        Errno error = existing.IsEmpty ? Errno.None : TryPunch(existing);
        return error.IsSuccess && extent.End > size ? Calls.SetLength(Descriptor, extent.End) : error;
    }

    private Errno Allocate(BackendIo io)
    {
        Errno error = ReachWanted(io, out Extent extent);
        if (error.IsError || extent.IsEmpty)
            return error;
        long size = Size;
        bool keepsSize = (io.Flags & IoFlags.KeepSize) != 0;
        error = Calls.Allocate(Descriptor, keepsSize ? AllocateMode.KeepSize : AllocateMode.Reserve, extent);
        if (error == Errno.EOPNOTSUPP && extent.End > size)
            error = Calls.SetLength(Descriptor, extent.End);
        return GrowOrTrim(error, extent.End, size);
    }

    private Errno GrowOrTrim(Errno error, long end, long size)
    {
        if (error.IsSuccess)
            GrowTo(end);
        else if (end > size)
            TrimTo(size);
        return error;
    }

    private Errno Resize(long size)
    {
        if (size > LargestSize)
            return Errno.EFBIG;
        Errno error = Calls.SetLength(Descriptor, size);
        if (error.IsSuccess)
            SetSize(size);
        return error;
    }

    private Errno TryPunch(Extent extent)
    {
        if (!_punches)
            return Errno.EOPNOTSUPP;
        Errno error = Calls.Allocate(Descriptor, AllocateMode.PunchHole | AllocateMode.KeepSize, extent);
        _punches = error != Errno.EOPNOTSUPP;
        return error;
    }

    private Errno TryZeroRange(Extent extent, bool keepsSize)
    {
        if (!_zeroesRanges)
            return Errno.EOPNOTSUPP;
        AllocateMode mode = AllocateMode.ZeroRange | (keepsSize ? AllocateMode.KeepSize : AllocateMode.Reserve);
        Errno error = Calls.Allocate(Descriptor, mode, extent);
        _zeroesRanges = error != Errno.EOPNOTSUPP;
        return error;
    }
}
