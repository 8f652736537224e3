using IoMerge.Backends;
using IoMerge.Mount.Fuse.Memory;
using IoMerge.Mount.Fuse.Protocol;
using IoMerge.Mount.Fuse.Reading;
using IoMerge.Mount.Fuse.Requests;
using IoMerge.Mount.Volumes;

namespace IoMerge.Mount.Fuse.Dispatch;

/// <summary>
/// Serves reads and writes: checks every number, then hands them to the plug. What passes lies within the volume, or
/// begins or ends beyond the end of one that can grow.
/// </summary>
internal sealed class TransferHandler(VolumeTable volumes, long maxRequestBytes)
{
    /// <summary>FUSE_READ. At the end of a volume of fixed size it is clipped here; else the store finds the
    /// end.</summary>
    public void Read(in FuseRequest request, Intake intake)
    {
        var body = new FuseRequestReader(request.Body);
        int index = volumes.IndexOf(request.Header.nodeid);
        if (!body.TryRead(out fuse_read_in read) || read.size > maxRequestBytes
            || !Extent.TryCreate((long)read.offset, read.size, out Extent extent))
        {
            request.Reply(Errno.EINVAL);
            return;
        }
        if (index < 0)
        {
            request.Reply(Missing(request));
            return;
        }
        Volume volume = volumes.All[index];
        if (!volume.Geometry.CanResize)
            extent = Clip(extent, volume.Size);
        if (extent.IsEmpty)
        {
            request.Reply(Errno.None);
            return;
        }
        volume.Scheduler.Anticipate(extent);
        FuseIoRequest io = intake.Requests.Rent();
        io.Prepare(request, volume, IoKind.Read, extent, ReplyKind.Data);
        intake.Admit(request, index, io);
    }

    /// <summary>FUSE_WRITE. The offset given counts, also with O_APPEND: the kernel has chosen it.</summary>
    /// <returns>Null, or a sentence on a length that lies.</returns>
    public string? Write(in FuseRequest request, Intake intake)
    {
        var body = new FuseRequestReader(request.Body);
        if (!body.TryRead(out fuse_write_in write) || write.size != (uint)request.PayloadLength)
        {
            request.Reply(Errno.EINVAL);
            return $"a write says that it has {write.size} bytes of data and brings {request.PayloadLength}";
        }
        int index = volumes.IndexOf(request.Header.nodeid);
        if (index < 0)
        {
            request.Reply(Missing(request));
            return null;
        }
        Volume volume = volumes.All[index];
        Errno refusal = Check(volume, write, out Extent extent);
        if (refusal.IsError)
            Refuse(request, volume, write, refusal);
        else if (extent.IsEmpty)
            request.Reply(default(fuse_write_out));
        else
            Submit(request, intake, index, write, extent);
        return null;
    }

    private Errno Check(Volume volume, in fuse_write_in write, out Extent extent)
    {
        if (!Extent.TryCreate((long)write.offset, write.size, out extent))
            return Errno.EFBIG;
        if (write.size > maxRequestBytes)
            return Errno.EINVAL;
        if (volume.IsReadOnly)
            return Errno.EROFS;
        // Never a short write: an asynchronous caller would see EIO for the whole of it.
        return volume.CanResize || extent.End <= volume.Size ? Errno.None : Errno.ENOSPC;
    }

    private void Submit(in FuseRequest request, Intake intake, int index, in fuse_write_in write, Extent extent)
    {
        Volume volume = volumes.All[index];
        PayloadOwner? payload = intake.Landing.TryKeep(request.PayloadLength, out nint address);
        if (payload is null)
        {
            Refuse(request, volume, write, Errno.ENOMEM);
            return;
        }
        volume.Scheduler.Anticipate(extent);
        FuseIoRequest io = intake.Requests.Rent();
        IoFlags flags = DurabilityOf(write.flags);
        io.PrepareWrite(request, volume, extent, payload, address, flags, CallerIsCache(write));
        intake.Admit(request, index, io);
    }

    // What the page cache writes has no caller who would see the reply.
    private static void Refuse(in FuseRequest request, Volume volume, in fuse_write_in write, Errno error)
    {
        if (CallerIsCache(write))
            volume.WriteErrors.Remember(error);
        request.Reply(error);
    }

    private static bool CallerIsCache(in fuse_write_in write) =>
        (write.write_flags & FuseConstants.FUSE_WRITE_CACHE) != 0;

    private static Errno Missing(in FuseRequest request) =>
        request.Header.nodeid == FuseConstants.FUSE_ROOT_ID ? Errno.EISDIR : Errno.ENOENT;

    // O_SYNC contains O_DSYNC's bit.
    private static IoFlags DurabilityOf(uint flags)
    {
        if ((flags & FuseConstants.O_SYNC) == FuseConstants.O_SYNC)
            return IoFlags.Sync;
        return (flags & FuseConstants.O_DSYNC) != 0 ? IoFlags.DataSync : IoFlags.None;
    }

    private static Extent Clip(Extent extent, long size) => extent.Offset >= size
        ? default
        : Extent.Between(extent.Offset, Math.Min(extent.End, size));
}
