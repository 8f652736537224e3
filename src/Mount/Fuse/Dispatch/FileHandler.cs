using IoMerge.Backends;
using IoMerge.Mount.Fuse.Protocol;
using IoMerge.Mount.Fuse.Reading;
using IoMerge.Mount.Fuse.Requests;
using IoMerge.Mount.Volumes;

namespace IoMerge.Mount.Fuse.Dispatch;

/// <summary>Serves what concerns an open volume beside its bytes: open, flush, fsync.</summary>
internal sealed class FileHandler(VolumeTable volumes, DirectMode mode, OpenTruncation truncation)
{
    // On every open of a volume, also for reading: one open without them takes the parallelism from all.
    private readonly uint _openFlags = mode == DirectMode.Parallel
        ? FuseConstants.FOPEN_DIRECT_IO | FuseConstants.FOPEN_PARALLEL_DIRECT_WRITES
        : 0;

    /// <summary>FUSE_OPEN.</summary>
    public void Open(in FuseRequest request, Intake intake)
    {
        if (!volumes.TryOpen(request, Errno.EISDIR, out fuse_open_in open, out int index))
            return;
        Volume volume = volumes.All[index];
        bool writes = (open.flags & FuseConstants.O_ACCMODE) != FuseConstants.O_RDONLY;
        bool truncates = (open.flags & FuseConstants.O_TRUNC) != 0;
        if ((writes || truncates) && volume.IsReadOnly)
        {
            request.Reply(Errno.EROFS);
            return;
        }
        if (writes)
            truncation.Opened(index, request.Header.pid);
        if (!truncates || !volume.CanResize)
        {
            request.Reply(new fuse_open_out { open_flags = _openFlags });
            return;
        }
        FuseIoRequest resize = intake.Requests.Rent();
        resize.Prepare(request, volume, IoKind.Resize, default, ReplyKind.Opened, openFlags: _openFlags);
        intake.Admit(request, index, resize);
    }

    /// <summary>FUSE_FLUSH: sent at each close(2). Nothing was acknowledged early, so there is nothing to wait
    /// for.</summary>
    public void Flush(in FuseRequest request)
    {
        int index = volumes.IndexOf(request.Header.nodeid);
        request.Reply(index >= 0 ? volumes.All[index].WriteErrors.Take() : Errno.ENOENT);
    }

    /// <summary>FUSE_FSYNC, with or without metadata: stores that tell the two apart do so on their own
    /// account.</summary>
    public void Sync(in FuseRequest request, Intake intake)
    {
        int index = volumes.IndexOf(request.Header.nodeid);
        if (index < 0)
        {
            request.Reply(Errno.ENOENT);
            return;
        }
        FuseIoRequest flush = intake.Requests.Rent();
        flush.Prepare(request, volumes.All[index], IoKind.Flush, default, ReplyKind.Flushed);
        intake.Admit(request, index, flush);
    }
}
