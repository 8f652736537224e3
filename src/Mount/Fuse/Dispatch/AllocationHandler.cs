using IoMerge.Backends;
using IoMerge.Mount.Fuse.Protocol;
using IoMerge.Mount.Fuse.Reading;
using IoMerge.Mount.Fuse.Requests;
using IoMerge.Mount.Volumes;

namespace IoMerge.Mount.Fuse.Dispatch;

/// <summary>Serves what concerns space rather than bytes: fallocate(2), and lseek(2) for data and holes.</summary>
internal sealed class AllocationHandler(VolumeTable volumes)
{
    private const uint PunchHole = FuseConstants.FALLOC_FL_PUNCH_HOLE | FuseConstants.FALLOC_FL_KEEP_SIZE;

    /// <summary>FUSE_FALLOCATE.</summary>
    public void Allocate(in FuseRequest request, Intake intake)
    {
        if (!volumes.TryOpen(request, Errno.EISDIR, out fuse_fallocate_in allocate, out int index))
            return;
        if (allocate.length == 0 || allocate.offset > long.MaxValue)
        {
            request.Reply(Errno.EINVAL);
            return;
        }
        Volume volume = volumes.All[index];
        Errno refusal = Plan(volume, allocate, out IoKind kind, out IoFlags flags, out Extent extent);
        if (refusal.IsError || extent.IsEmpty)
        {
            request.Reply(refusal);
            return;
        }
        FuseIoRequest io = intake.Requests.Rent();
        io.Prepare(request, volume, kind, extent, ReplyKind.Changed, flags);
        intake.Admit(request, index, io);
    }

    /// <summary>FUSE_LSEEK. Where the store does not know its holes, all is data up to the end.</summary>
    public void Seek(in FuseRequest request, Intake intake)
    {
        if (!volumes.TryOpen(request, Errno.EISDIR, out fuse_lseek_in seek, out int index))
            return;
        if (seek.whence is not (FuseConstants.SEEK_DATA or FuseConstants.SEEK_HOLE))
        {
            request.Reply(Errno.EINVAL);
            return;
        }
        Volume volume = volumes.All[index];
        bool forData = seek.whence == FuseConstants.SEEK_DATA;
        long size = volume.Size;
        if (seek.offset >= (ulong)size)
        {
            request.Reply(Errno.ENXIO);
            return;
        }
        if (!volume.Geometry.CanSeekData)
        {
            request.Reply(new fuse_lseek_out { offset = forData ? seek.offset : (ulong)size });
            return;
        }
        FuseIoRequest io = intake.Requests.Rent();
        IoKind kind = forData ? IoKind.SeekData : IoKind.SeekHole;
        io.Prepare(request, volume, kind, new Extent((long)seek.offset, 0), ReplyKind.Offset);
        intake.Admit(request, index, io);
    }

    private static Errno Plan(
        Volume volume, in fuse_fallocate_in allocate, out IoKind kind, out IoFlags flags, out Extent extent)
    {
        bool keepsSize = (allocate.mode & FuseConstants.FALLOC_FL_KEEP_SIZE) != 0;
        bool allocates = (allocate.mode & ~FuseConstants.FALLOC_FL_KEEP_SIZE) == 0;
        flags = keepsSize ? IoFlags.KeepSize : IoFlags.None;
        if (allocate.mode == PunchHole)
            flags |= IoFlags.Unmap;
        kind = allocates ? IoKind.Allocate : IoKind.Zero;
        bool known = allocates || allocate.mode == PunchHole
            || (allocate.mode & ~FuseConstants.FALLOC_FL_KEEP_SIZE) == FuseConstants.FALLOC_FL_ZERO_RANGE;
        if (!Extent.TryCreate((long)allocate.offset, (long)Math.Min(allocate.length, long.MaxValue), out extent))
            return Errno.EFBIG;
        if (!known)
            return Errno.EOPNOTSUPP;
        if (volume.IsReadOnly)
            return Errno.EROFS;
        if (!(allocates ? volume.Geometry.CanAllocate : volume.Geometry.CanZero))
            return Errno.EOPNOTSUPP;
        return volume.CanResize ? Errno.None : FitFixedSize(volume.Size, keepsSize, ref extent);
    }

    // Behind the end of what cannot grow there is nothing to zero and nothing to reserve.
    private static Errno FitFixedSize(long size, bool keepsSize, ref Extent extent)
    {
        if (extent.End <= size)
            return Errno.None;
        if (!keepsSize)
            return Errno.ENOSPC;
        extent = extent.Offset >= size ? default : Extent.Between(extent.Offset, size);
        return Errno.None;
    }
}
