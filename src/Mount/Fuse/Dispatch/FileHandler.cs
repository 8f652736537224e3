using IoMerge.Backends;
using IoMerge.Mount.Fuse.Protocol;
using IoMerge.Mount.Fuse.Reading;
using IoMerge.Mount.Fuse.Requests;
using IoMerge.Mount.Volumes;

namespace IoMerge.Mount.Fuse.Dispatch;

/// <summary>Serves what concerns an open volume beside its bytes: open, flush, fsync.</summary>
internal sealed class FileHandler(VolumeTable volumes, DirectMode mode, OpenTruncation truncation)
{
    // Handles tell FUSE_FLUSH who may have written; nobody else asks for them.
    private const ulong ReaderHandle = 0;
    private const ulong WriterHandle = 1;

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
        var opened = new fuse_open_out { fh = writes ? WriterHandle : ReaderHandle, open_flags = _openFlags };
        if (!truncates || !volume.CanResize)
        {
            request.Reply(opened);
            return;
        }
        FuseIoRequest resize = intake.Requests.Rent();
        resize.Prepare(request, volume, IoKind.Resize, default, ReplyKind.Opened, opened: opened);
        intake.Admit(request, index, resize);
    }

    /// <summary>
    /// FUSE_FLUSH: sent at each close(2). Nothing was acknowledged early, so there is nothing to wait for. Who may have
    /// written is told of a write that failed behind his back; who only reads has nothing to do with it.
    /// </summary>
    public void Flush(in FuseRequest request)
    {
        if (volumes.TryOpen(request, Errno.ENOENT, out fuse_flush_in flush, out int index))
            request.Reply(flush.fh == WriterHandle ? volumes.All[index].WriteErrors.Failure : Errno.None);
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
