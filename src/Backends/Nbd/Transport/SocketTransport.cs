using System.Net.Sockets;
using System.Runtime.InteropServices;
using IoMerge.Backends.Nbd.Native;
using Tmds.Linux;

namespace IoMerge.Backends.Nbd;

/// <summary>
/// A socket without TLS, by system calls that never wait: nothing is allocated, and no other thread is involved.
/// </summary>
/// <remarks>Unsafe because memory goes to the kernel by address. The lists are the caller's, and so are their
/// lengths; the kernel never touches more than they say.</remarks>
internal sealed unsafe class SocketTransport : ITransport
{
    private readonly Socket _socket;
    private readonly int _fd;
    private readonly int _event;

    /// <summary>Takes over a connected socket.</summary>
    internal SocketTransport(Socket socket)
    {
        _socket = socket;
        _fd = (int)socket.Handle;
        _event = LibC.eventfd(0, LibC.EFD_CLOEXEC | LibC.EFD_NONBLOCK);
        if (_event < 0)
            throw new IOException($"eventfd failed: {new Errno(Marshal.GetLastPInvokeError())}.");
    }

    public bool SendingBlocks => false;

    public nint Send(IoSegment* segments, int count)
    {
        MessageHeader message = new() { msg_iov = segments, msg_iovlen = (nuint)count };
        while (true)
        {
            nint sent = NativeCalls.sendmsg(_fd, &message, NativeCalls.MSG_DONTWAIT | NativeCalls.MSG_NOSIGNAL);
            if (sent > 0)
                return sent;
            if (sent < 0 && Marshal.GetLastPInvokeError() is var error && error != NativeCalls.EINTR)
                return error == NativeCalls.EAGAIN ? ITransport.WouldBlock : ITransport.Broken;
        }
    }

    public nint Receive(IoSegment* segments, int count)
    {
        MessageHeader message = new() { msg_iov = segments, msg_iovlen = (nuint)count };
        while (true)
        {
            nint received = NativeCalls.recvmsg(_fd, &message, NativeCalls.MSG_DONTWAIT);
            if (received >= 0)
                return received > 0 ? received : ITransport.Broken;
            if (Marshal.GetLastPInvokeError() is var error && error != NativeCalls.EINTR)
                return error == NativeCalls.EAGAIN ? ITransport.WouldBlock : ITransport.Broken;
        }
    }

    public bool Wait(bool untilWritable)
    {
        pollfd* polls = stackalloc pollfd[2];
        polls[0] = new pollfd
        {
            fd = _fd,
            events = untilWritable ? (short)(LibC.POLLIN | LibC.POLLOUT) : LibC.POLLIN,
        };
        polls[1] = new pollfd { fd = _event, events = LibC.POLLIN };
        while (LibC.poll(polls, 2, -1) < 0 && Marshal.GetLastPInvokeError() == LibC.EINTR)
        {
        }
        ulong count;
        if (polls[1].revents != 0)
            _ = LibC.read(_event, &count, sizeof(ulong));
        return (polls[0].revents & LibC.POLLOUT) != 0;
    }

    public void Wake()
    {
        ulong one = 1;
        while (LibC.write(_event, &one, sizeof(ulong)) < 0 && Marshal.GetLastPInvokeError() == LibC.EINTR)
        {
        }
    }

    public void Abort() => SocketEnd.Shutdown(_socket);

    public void Dispose()
    {
        _socket.Dispose();
        _ = LibC.close(_event);
    }
}
