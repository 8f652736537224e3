using IoMerge.Backends;
using IoMerge.Mount.Fuse.Dispatch;
using IoMerge.Mount.Fuse.Memory;
using IoMerge.Mount.Fuse.Protocol;
using IoMerge.Mount.Fuse.Transport;
using IoMerge.Mount.Volumes;
using IoMerge.Scheduler;

namespace IoMerge.Mount.Fuse.Requests;

/// <summary>
/// A request of the kernel on its way through a scheduler: knows what to answer, where, and whose memory to give back.
/// Pooled; belongs to its reader until submitted, to the scheduler until it completes, then to its pool.
/// </summary>
internal sealed class FuseIoRequest(FuseRequestPool pool) : IoRequest
{
    private FuseChannel _channel = null!;
    private Volume _volume = null!;
    private PayloadOwner? _payload;
    private ulong _unique;
    private ulong _nodeid;
    private fuse_open_out _opened;
    private ReplyKind _reply;
    private bool _callerIsCache;

    /// <summary>The pool's link.</summary>
    public FuseIoRequest? NextFree { get; set; }

    /// <summary>Prepares anything but a write.</summary>
    public void Prepare(in FuseRequest request, Volume volume, IoKind kind, Extent extent, ReplyKind reply,
        IoFlags flags = IoFlags.None, fuse_open_out opened = default)
    {
        Address(request, volume, reply);
        _opened = opened;
        Prepare(kind, extent, 0, flags, request.Header.unique);
    }

    /// <summary>Prepares a write.</summary>
    /// <param name="request">The message.</param>
    /// <param name="volume">Where to.</param>
    /// <param name="extent">Which bytes.</param>
    /// <param name="payload">Whose memory the data lies in; told when it is no longer needed.</param>
    /// <param name="address">The data.</param>
    /// <param name="flags">Durability.</param>
    /// <param name="callerIsCache">True when the page cache wrote, so that no caller sees the reply.</param>
    public void PrepareWrite(in FuseRequest request, Volume volume, Extent extent, PayloadOwner payload, nint address,
        IoFlags flags, bool callerIsCache)
    {
        Address(request, volume, ReplyKind.Written);
        _payload = payload;
        _callerIsCache = callerIsCache;
        Prepare(IoKind.Write, extent, address, flags, request.Header.unique);
    }

    /// <inheritdoc/>
    protected override void OnCompleted(Errno error, long result, nint data)
    {
        // Before the reply: the caller's next request may then land in the same, still hot, memory.
        _payload?.Release(Buffer);
        _payload = null;
        if (error.IsSuccess && pool.Replies is { } batch && TryAddTo(batch, result, data))
            return;
        ReplyOutcome outcome = error.IsError ? Fail(error) : Succeed(result, data);
        bool wasWrite = _reply == ReplyKind.Written;
        if (wasWrite && error.IsError && error != Errno.ECANCELED
            && (_callerIsCache || outcome != ReplyOutcome.Delivered))
            _volume.WriteErrors.Remember(error);
        GiveBack();
    }

    /// <inheritdoc/>
    protected override bool AcceptsFileLoan =>
        Extent.Length >= FileReplies.SmallestBytes
        && FileReplies.Current is { } replies && replies.Takes(_channel, Extent.Length);

    /// <summary>Sent at once, and not with the batch: the bytes are the store's until the operation ends.</summary>
    protected override void OnCompletedWithFileLoan(int descriptor, long offset)
    {
        int length = (int)Extent.Length;
        _ = FileReplies.Current is { } replies
            ? replies.Write(_channel, _unique, descriptor, offset, length)
            : FileReplies.WriteCopy(_channel, _unique, descriptor, offset, length);
        GiveBack();
    }

    /// <summary>Where the request came from, and the reply must go.</summary>
    public FuseChannel Channel => _channel;

    /// <summary>The kernel's name for the request.</summary>
    public ulong Unique => _unique;

    /// <summary>Gives the object back to its pool. Once, when the reply has been handed in.</summary>
    public void GiveBack() => pool.Return(this);

    /// <summary>What comes in numbers waits for company; the rest is handed in at once.</summary>
    private bool TryAddTo(ReplyBatch batch, long result, nint data)
    {
        switch (_reply)
        {
            case ReplyKind.Data when result > 0:
                batch.Add(this, data, (int)Math.Min(result, Extent.Length), DataLeadBytes);
                return true;
            case ReplyKind.Written:
                _volume.Times.Modified();
                batch.Add(this, new fuse_write_out { size = (uint)Extent.Length });
                return true;
            default:
                return false;
        }
    }

    private void Address(in FuseRequest request, Volume volume, ReplyKind reply)
    {
        _channel = request.Channel;
        _unique = request.Header.unique;
        _nodeid = request.Header.nodeid;
        _volume = volume;
        _reply = reply;
        _callerIsCache = false;
    }

    private ReplyOutcome Fail(Errno error) => FuseReplyWriter.Write(_channel, _unique, error);

    private ReplyOutcome Succeed(long result, nint data)
    {
        if (Kind.Changes())
            _volume.Times.Modified();
        switch (_reply)
        {
            case ReplyKind.Data:
                return FuseReplyWriter.WriteData(
                    _channel, _unique, data, (int)Math.Min(result, Extent.Length), DataLeadBytes);
            case ReplyKind.Written:
                return FuseReplyWriter.Write(_channel, _unique, new fuse_write_out { size = (uint)Extent.Length });
            case ReplyKind.Attributes:
                return FuseReplyWriter.Write(_channel, _unique, NodeAttributes.Reply(_volume, _nodeid));
            case ReplyKind.Opened:
                return FuseReplyWriter.Write(_channel, _unique, _opened);
            case ReplyKind.Offset:
                return FuseReplyWriter.Write(_channel, _unique, new fuse_lseek_out { offset = (ulong)result });
            case ReplyKind.Flushed:
                return FuseReplyWriter.Write(_channel, _unique, _volume.WriteErrors.Failure);
            default:
                return FuseReplyWriter.Write(_channel, _unique, Errno.None);
        }
    }
}
