using System.Runtime.InteropServices;
using IoMerge.Backends;
using IoMerge.Mount.Fuse.Protocol;
using Tmds.Linux;

namespace IoMerge.Mount.Fuse.Transport;

/// <summary>
/// One descriptor of the connection to the kernel: takes whole requests, hands in whole replies. A reply must go
/// through the channel that its request came from. It knows nothing of what the messages mean.
/// </summary>
/// <remarks>
/// Receiving and replying are safe from any thread at a time. The descriptor is non-blocking. Besides <c>/dev/fuse</c>
/// it may be one end of a SOCK_SEQPACKET socket pair, whose messages have the same boundaries.
/// </remarks>
internal sealed unsafe class FuseChannel : IDisposable
{
    private int _fd;

    private FuseChannel(int fd, bool takesSplices)
    {
        _fd = fd;
        TakesSplices = takesSplices;
    }

    /// <summary>The descriptor.</summary>
    public int Fd => _fd;

    /// <summary>
    /// True when a message may come out of a pipe: <c>/dev/fuse</c> takes it as one, a socket in pieces.
    /// </summary>
    public bool TakesSplices { get; }

    /// <summary>Takes over the descriptor of a connection.</summary>
    public static FuseChannel Own(int fd)
    {
        int flags = LibC.fcntl(fd, LibC.F_GETFL);
        if (flags < 0 || LibC.fcntl(fd, LibC.F_SETFL, flags | LibC.O_NONBLOCK) < 0)
            throw new IOException($"File descriptor {fd} is no open channel to the kernel's FUSE: "
                + $"{new Errno(Marshal.GetLastPInvokeError())}.");
        stat status;
        bool isDevice = LibC.fstat(fd, &status) == 0
            && ((uint)status.st_mode & (uint)LibC.S_IFMT) == (uint)LibC.S_IFCHR;
        return new FuseChannel(fd, isDevice);
    }

    /// <summary>Opens a second descriptor of the same connection, for less contention inside the kernel.</summary>
    /// <returns>Null where that is not possible; then the first one serves all readers.</returns>
    public FuseChannel? TryClone()
    {
        int fd;
        fixed (byte* path = "/dev/fuse\0"u8)
            fd = LibC.open(path, LibC.O_RDWR | LibC.O_CLOEXEC | LibC.O_NONBLOCK);
        if (fd < 0)
            return null;
        uint master = (uint)_fd;
        if (LibC.ioctl(fd, unchecked((int)FuseConstants.FUSE_DEV_IOC_CLONE), &master) == 0)
            return new FuseChannel(fd, TakesSplices);
        _ = LibC.close(fd);
        return null;
    }

    /// <summary>Takes the next request, without waiting, into memory in one piece.</summary>
    /// <param name="message">Where to.</param>
    /// <param name="room">Bytes there.</param>
    public ReceiveResult Receive(nint message, int room)
    {
        while (true)
        {
            nint received = (nint)LibC.read(_fd, (void*)message, (size_t)room);
            if (received > 0)
                return new ReceiveResult(ReceiveStatus.Received, (int)received);
            if (NothingReceived(received, out ReceiveResult outcome))
                return outcome;
        }
    }

    /// <summary>Takes the next request, without waiting, into memory in two pieces.</summary>
    /// <param name="head">Memory for the first <see cref="FuseConstants.WriteHeaderBytes"/> bytes.</param>
    /// <param name="payload">Memory for what follows them.</param>
    /// <param name="room">Bytes there.</param>
    public ReceiveResult Receive(nint head, nint payload, int room)
    {
        IoSegment* segments = stackalloc IoSegment[2];
        segments[0] = new IoSegment(head, FuseConstants.WriteHeaderBytes);
        segments[1] = new IoSegment(payload, room);
        while (true)
        {
            nint received = FuseNative.ReadV(_fd, segments, 2);
            if (received > 0)
                return new ReceiveResult(ReceiveStatus.Received, (int)received);
            if (NothingReceived(received, out ReceiveResult outcome))
                return outcome;
        }
    }

    /// <summary>Hands in one message that lies in one piece.</summary>
    public ReplyOutcome Send(void* message, int length)
    {
        while (true)
        {
            if (LibC.write(_fd, message, (size_t)length) >= 0)
                return ReplyOutcome.Delivered;
            if (FailedForGood(out ReplyOutcome outcome))
                return outcome;
        }
    }

    /// <summary>Hands in one message that lies in several pieces.</summary>
    public ReplyOutcome Send(IoSegment* segments, int count)
    {
        while (true)
        {
            if (FuseNative.WriteV(_fd, segments, count) >= 0)
                return ReplyOutcome.Delivered;
            if (FailedForGood(out ReplyOutcome outcome))
                return outcome;
        }
    }

    /// <summary>Hands in one message that a pipe holds. Not repeated, whatever the error: part of it may be
    /// gone.</summary>
    /// <returns>Bytes that were taken, or -1.</returns>
    public nint Splice(int pipe, int length, out ReplyOutcome outcome)
    {
        nint taken = FuseNative.Splice(pipe, null, _fd, null, (nuint)length, 0);
        outcome = taken < 0 ? OutcomeOf(new Errno(Marshal.GetLastPInvokeError())) : ReplyOutcome.Delivered;
        return taken;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        int fd = Interlocked.Exchange(ref _fd, -1);
        if (fd >= 0)
            _ = LibC.close(fd);
    }

    /// <summary>Why a call took nothing; false when it is to be repeated.</summary>
    private static bool NothingReceived(nint received, out ReceiveResult outcome)
    {
        int error = received == 0 ? LibC.ENODEV : Marshal.GetLastPInvokeError();
        outcome = error == LibC.EAGAIN ? new ReceiveResult(ReceiveStatus.WouldBlock) : Ended(error);
        // ENOENT: the request was taken back while it was being copied.
        return error != LibC.EINTR && error != LibC.ENOENT;
    }

    private static ReceiveResult Ended(int error)
    {
        if (error == LibC.ENODEV)
            return new ReceiveResult(ReceiveStatus.Unmounted);
        return error == LibC.ECONNABORTED || error == LibC.ECONNRESET
            ? new ReceiveResult(ReceiveStatus.Aborted)
            : new ReceiveResult(ReceiveStatus.Failed, Error: error);
    }

    /// <summary>What an error means that ended the handing in of a reply for good.</summary>
    public static ReplyOutcome OutcomeOf(Errno error) =>
        error.Value == LibC.ENOENT || error.Value == LibC.ENODEV
            || error.Value == LibC.EPIPE || error.Value == LibC.ECONNRESET
            ? ReplyOutcome.Gone
            : ReplyOutcome.Refused;

    private bool FailedForGood(out ReplyOutcome outcome)
    {
        int error = Marshal.GetLastPInvokeError();
        outcome = OutcomeOf(new Errno(error));
        if (error == LibC.EINTR)
            return false;
        if (error != LibC.EAGAIN)
            return true;
        // /dev/fuse never says so; a socket does while its other end is slow, and wakes us when that end is closed.
        var poll = new pollfd { fd = _fd, events = LibC.POLLOUT };
        return LibC.poll(&poll, 1, -1) < 0 && Marshal.GetLastPInvokeError() != LibC.EINTR;
    }
}
