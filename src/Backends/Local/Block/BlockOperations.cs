namespace IoMerge.Backends.Local;

/// <summary>The operations on a block device: whole blocks by ioctl, the edges of a range by writing.</summary>
internal sealed class BlockOperations(
    IStoreCalls calls, int fd, IStoreTransfer transfer, long size, bool readOnly, int blockSize)
    : StoreOperations(calls, fd, transfer, size, readOnly, growable: false)
{
    private volatile bool _unmaps = true;
    private volatile bool _zeroesBlocks = true;

    private protected override Errno Change(BackendIo io) => io.Kind switch
    {
        IoKind.Discard => Discard(WholeBlocks(Existing(io.Extent))),
        IoKind.Zero => Zero(io),
        _ => Errno.EOPNOTSUPP,
    };

    private Errno Discard(Extent blocks)
    {
        Errno error = blocks.IsEmpty ? Errno.None : Calls.DiscardBlocks(Descriptor, blocks);
        return error == Errno.EOPNOTSUPP ? Errno.None : error; // A hint that this device does not take.
    }

    private Errno Zero(BackendIo io)
    {
        Errno error = ReachWanted(io, out Extent extent);
        if (error.IsError || extent.IsEmpty)
            return error;
        Extent blocks = WholeBlocks(extent);
        if (blocks.IsEmpty)
            return WriteZeros(extent);
        error = ZeroWhole(blocks, (io.Flags & IoFlags.Unmap) != 0);
        if (error.IsSuccess)
            error = WriteZeros(Extent.Between(extent.Offset, blocks.Offset));
        if (error.IsSuccess)
            error = WriteZeros(Extent.Between(blocks.End, extent.End));
        return error;
    }

    private Errno ZeroWhole(Extent blocks, bool unmap)
    {
        Errno error = Errno.EOPNOTSUPP;
        if (unmap && _unmaps)
        {
            error = Calls.Allocate(Descriptor, AllocateMode.PunchHole | AllocateMode.KeepSize, blocks);
            _unmaps = error != Errno.EOPNOTSUPP;
        }
        if (error == Errno.EOPNOTSUPP && _zeroesBlocks)
        {
            error = Calls.ZeroBlocks(Descriptor, blocks);
            _zeroesBlocks = error != Errno.EOPNOTSUPP;
        }
        return error == Errno.EOPNOTSUPP ? WriteZeros(blocks) : error;
    }

    private Extent WholeBlocks(Extent extent)
    {
        long start = (extent.Offset + blockSize - 1) & -(long)blockSize;
        long end = extent.End & -(long)blockSize;
        return start < end ? Extent.Between(start, end) : default;
    }
}
