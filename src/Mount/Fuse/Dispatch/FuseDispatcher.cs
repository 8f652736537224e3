using IoMerge.Backends;
using IoMerge.Mount.Fuse.Protocol;
using IoMerge.Mount.Fuse.Reading;
using IoMerge.Mount.Fuse.Requests;
using IoMerge.Mount.Volumes;
using Microsoft.Extensions.Logging;

namespace IoMerge.Mount.Fuse.Dispatch;

/// <summary>
/// Finds the handler of a request. Each request is answered, or given to the plug, before the call returns; a fault of
/// a handler becomes EIO and a line in the log, never the end of a reader. Used by all readers at a time.
/// </summary>
internal sealed class FuseDispatcher
{
    private readonly VolumeTable _volumes;
    private readonly Handshake _handshake;
    private readonly DirectoryHandler _directory;
    private readonly AttributeHandler _attributes;
    private readonly FileHandler _files;
    private readonly TransferHandler _transfers;
    private readonly AllocationHandler _allocation;
    private readonly SettingsHandler _settings;
    private readonly ILogger _logger;

    public FuseDispatcher(
        VolumeTable volumes, FuseOptions options, Handshake handshake, IVolumeTuner? tuner, ILogger logger)
    {
        var truncation = new OpenTruncation(volumes);
        _volumes = volumes;
        _handshake = handshake;
        _directory = new DirectoryHandler(volumes, TimeProvider.System);
        _attributes = new AttributeHandler(volumes, _directory, truncation);
        _files = new FileHandler(volumes, options.DirectMode, truncation);
        _transfers = new TransferHandler(volumes, options.MaxWrite);
        _allocation = new AllocationHandler(volumes);
        _settings = new SettingsHandler(volumes, tuner);
        _logger = logger;
    }

    /// <summary>Serves one request.</summary>
    /// <returns>Null, or a sentence on why the other side cannot be trusted any longer.</returns>
    public string? Dispatch(in FuseRequest request, Intake intake)
    {
        try
        {
            if (request.Opcode == FuseOpcode.FUSE_INIT)
                return _handshake.Answer(request);
            if (_handshake.IsDone)
                return Serve(request, intake);
            if (ExpectsReply(request.Opcode))
                request.Reply(Errno.EIO);
            return null;
        }
        catch (Exception fault)
        {
            FuseLog.HandlerFailed(_logger, fault, request.Opcode, request.Header.unique, request.Header.nodeid);
            if (ExpectsReply(request.Opcode))
                request.Reply(Errno.EIO);
            return null;
        }
    }

    private static bool ExpectsReply(FuseOpcode opcode) => opcode is not (
        FuseOpcode.FUSE_FORGET or FuseOpcode.FUSE_BATCH_FORGET or FuseOpcode.FUSE_INTERRUPT
        or FuseOpcode.FUSE_NOTIFY_REPLY);

    private string? Serve(in FuseRequest request, Intake intake)
    {
        switch (request.Opcode)
        {
            case FuseOpcode.FUSE_READ: _transfers.Read(request, intake); break;
            case FuseOpcode.FUSE_WRITE: return _transfers.Write(request, intake);
            case FuseOpcode.FUSE_FSYNC: _files.Sync(request, intake); break;
            case FuseOpcode.FUSE_FLUSH: _files.Flush(request); break;
            case FuseOpcode.FUSE_GETATTR: _attributes.Get(request); break;
            case FuseOpcode.FUSE_SETATTR: _attributes.Set(request, intake); break;
            case FuseOpcode.FUSE_ACCESS: _attributes.Access(request); break;
            case FuseOpcode.FUSE_LOOKUP: _directory.Lookup(request); break;
            case FuseOpcode.FUSE_OPENDIR: _directory.Open(request); break;
            case FuseOpcode.FUSE_READDIR: _directory.Read(request); break;
            case FuseOpcode.FUSE_STATFS: _directory.StatFs(request); break;
            case FuseOpcode.FUSE_OPEN: _files.Open(request, intake); break;
            case FuseOpcode.FUSE_FALLOCATE: _allocation.Allocate(request, intake); break;
            case FuseOpcode.FUSE_LSEEK: _allocation.Seek(request, intake); break;
            case FuseOpcode.FUSE_SETXATTR: _settings.Set(request); break;
            case FuseOpcode.FUSE_INTERRUPT: Interrupt(request); break;
            case FuseOpcode.FUSE_FORGET:
            case FuseOpcode.FUSE_BATCH_FORGET:
            case FuseOpcode.FUSE_NOTIFY_REPLY:
                break; // nodes live as long as the mount, and nobody asked
            default: request.Reply(AnswerWithoutHandler(request.Opcode)); break;
        }
        return null;
    }

    // ENOSYS makes the kernel stop asking (polling and attributes that nobody has), or do it another way. The directory
    // cannot change: EPERM is what the kernel's manual has for that.
    private static Errno AnswerWithoutHandler(FuseOpcode opcode) => opcode switch
    {
        FuseOpcode.FUSE_RELEASE or FuseOpcode.FUSE_RELEASEDIR or FuseOpcode.FUSE_FSYNCDIR
            or FuseOpcode.FUSE_DESTROY => Errno.None,
        FuseOpcode.FUSE_CREATE or FuseOpcode.FUSE_MKNOD or FuseOpcode.FUSE_MKDIR or FuseOpcode.FUSE_SYMLINK
            or FuseOpcode.FUSE_LINK or FuseOpcode.FUSE_UNLINK or FuseOpcode.FUSE_RMDIR or FuseOpcode.FUSE_RENAME
            or FuseOpcode.FUSE_RENAME2 => Errno.EPERM,
        FuseOpcode.FUSE_READLINK => Errno.EINVAL,
        FuseOpcode.FUSE_TMPFILE => Errno.EOPNOTSUPP,
        FuseOpcode.FUSE_IOCTL => Errno.ENOTTY,
        _ => Errno.ENOSYS,
    };

    private void Interrupt(in FuseRequest request)
    {
        var body = new FuseRequestReader(request.Body);
        if (!body.TryRead(out fuse_interrupt_in interrupt) || interrupt.unique == 0)
            return;
        foreach (Volume volume in _volumes.All)
            volume.Scheduler.Cancel(interrupt.unique);
    }
}
