using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Tmds.Linux;

namespace IoMerge.Mount.Tests.Fuse.Support;

/// <summary>
/// The other side of a session: sends whatever messages a test likes, byte by byte and without the structures of the
/// program, and receives replies. One end of a SOCK_SEQPACKET socket pair, which keeps messages apart as /dev/fuse
/// does.
/// </summary>
public sealed unsafe class FakeKernel : IDisposable
{
    /// <summary>Fails a test that would hang; nothing is measured by it.</summary>
    private const int GiveUpAfterMs = 30_000;

    private static readonly byte[] Greeting = Message.Init(7, 45, 0x73fffffb, 0x7fd);

    private readonly byte[] _buffer = new byte[256 << 10];
    private ulong _lastUnique;
    private int _fd;

    public FakeKernel()
    {
        int* pair = stackalloc int[2];
        if (LibC.socketpair(1, LibC.SOCK_SEQPACKET | LibC.SOCK_CLOEXEC, 0, pair) != 0)
            throw new IOException($"socketpair: errno {Marshal.GetLastPInvokeError()}");
        int room = 208 << 10; // what anybody may ask for
        _ = LibC.setsockopt(pair[0], LibC.SOL_SOCKET, LibC.SO_SNDBUF, &room, sizeof(int));
        _fd = pair[0];
        ServerFd = pair[1];
    }

    /// <summary>The session's end, which the session owns.</summary>
    public int ServerFd { get; }

    /// <summary>Sends a message as it is.</summary>
    /// <returns>False when the session has closed its end.</returns>
    public bool SendRaw(ReadOnlySpan<byte> message)
    {
        WaitFor(LibC.POLLOUT, "the session takes no messages");
        fixed (byte* first = message)
        {
            while (LibC.write(_fd, first, (size_t)message.Length) < 0)
            {
                if (Marshal.GetLastPInvokeError() != LibC.EINTR)
                    return false;
            }
        }
        return true;
    }

    /// <summary>Sends a request with an honest header.</summary>
    /// <returns>Its unique number.</returns>
    public ulong Send(uint opcode, ulong nodeid, ReadOnlySpan<byte> body, ulong unique = 0, uint uid = 0, uint gid = 0,
        uint pid = 0)
    {
        unique = unique != 0 ? unique : _lastUnique += 2;
        Span<byte> message = body.Length < 1024 ? stackalloc byte[40 + body.Length] : new byte[40 + body.Length];
        Compose(message, opcode, nodeid, body, unique);
        BinaryPrimitives.WriteUInt32LittleEndian(message[24..], uid);
        BinaryPrimitives.WriteUInt32LittleEndian(message[28..], gid);
        BinaryPrimitives.WriteUInt32LittleEndian(message[32..], pid);
        Assert.True(SendRaw(message), "the session has closed its end");
        return unique;
    }

    /// <summary>
    /// Leaves a request for a session that takes nothing yet, behind what was left before: a kernel that has more to
    /// give than the session asks for. There is room for some 500 short ones.
    /// </summary>
    /// <returns>Its unique number.</returns>
    public ulong Leave(uint opcode, ulong nodeid, ReadOnlySpan<byte> body)
    {
        Span<byte> message = stackalloc byte[40 + body.Length];
        Compose(message, opcode, nodeid, body, _lastUnique += 2);
        fixed (byte* first = message)
        {
            ssize_t sent = LibC.send(_fd, first, (size_t)message.Length, LibC.MSG_DONTWAIT);
            Assert.True(sent == message.Length, $"send: errno {Marshal.GetLastPInvokeError()}");
        }
        return _lastUnique;
    }

    /// <summary>Receives the next reply; null when the session has closed its end.</summary>
    public Reply? TryReceive()
    {
        int length = ReceiveInto(_buffer);
        if (length <= 0)
            return null;
        ReadOnlySpan<byte> reply = _buffer.AsSpan(0, length);
        Assert.True(length >= 16, $"a reply of {length} bytes has no header");
        Assert.Equal((uint)length, BinaryPrimitives.ReadUInt32LittleEndian(reply));
        int error = BinaryPrimitives.ReadInt32LittleEndian(reply[4..]);
        Assert.InRange(error, -511, 0);
        return new Reply(BinaryPrimitives.ReadUInt64LittleEndian(reply[8..]), -error, reply[16..].ToArray());
    }

    /// <summary>Receives the next reply.</summary>
    public Reply Receive() => TryReceive() ?? throw new IOException("the session has closed its end");

    /// <summary>Receives one reply without allocating; its length, 0 at the end.</summary>
    public int ReceiveInto(byte[] buffer)
    {
        WaitFor(LibC.POLLIN, "no reply came");
        fixed (byte* first = buffer)
            return (int)(long)LibC.read(_fd, first, (size_t)buffer.Length);
    }

    private static void Compose(Span<byte> message, uint opcode, ulong nodeid, ReadOnlySpan<byte> body, ulong unique)
    {
        message[..40].Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(message, (uint)message.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(message[4..], opcode);
        BinaryPrimitives.WriteUInt64LittleEndian(message[8..], unique);
        BinaryPrimitives.WriteUInt64LittleEndian(message[16..], nodeid);
        body.CopyTo(message[40..]);
    }

    private bool IsReady(short what)
    {
        var poll = new pollfd { fd = _fd, events = what };
        return LibC.poll(&poll, 1, 0) > 0 && (poll.revents & what) != 0;
    }

    private void WaitFor(short what, string otherwise)
    {
        var poll = new pollfd { fd = _fd, events = what };
        int ready;
        while ((ready = LibC.poll(&poll, 1, GiveUpAfterMs)) < 0 && Marshal.GetLastPInvokeError() == LibC.EINTR)
        {
        }
        if (ready <= 0)
            Assert.Fail($"{otherwise} (a reply waits: {HasReply()})");
    }

    /// <summary>True when a reply waits.</summary>
    public bool HasReply() => IsReady(LibC.POLLIN);

    /// <summary>True when a message can be sent without waiting.</summary>
    public bool CanSend() => IsReady(LibC.POLLOUT);

    /// <summary>Sends a request and receives the reply to it.</summary>
    public Reply Call(uint opcode, ulong nodeid, ReadOnlySpan<byte> body, uint uid = 0, uint gid = 0, uint pid = 0)
    {
        ulong unique = Send(opcode, nodeid, body, 0, uid, gid, pid);
        Reply reply = Receive();
        Assert.Equal(unique, reply.Unique);
        return reply;
    }

    /// <summary>Greets the session as Linux 6.18 does.</summary>
    public Reply Init() => Call(Message.InitOpcode, 0, Greeting);

    /// <summary>Leaves that greeting.</summary>
    public ulong LeaveInit() => Leave(Message.InitOpcode, 0, Greeting);

    /// <summary>Closes this end: the unmount.</summary>
    public void Dispose()
    {
        int fd = Interlocked.Exchange(ref _fd, -1);
        if (fd >= 0)
            _ = LibC.close(fd);
    }
}

/// <summary>What a session has answered.</summary>
/// <param name="Unique">The request it answers.</param>
/// <param name="Error">0 or an errno.</param>
/// <param name="Body">What follows the header.</param>
public sealed record Reply(ulong Unique, int Error, byte[] Body)
{
    public uint U32(int offset) => BinaryPrimitives.ReadUInt32LittleEndian(Body.AsSpan(offset));

    public ulong U64(int offset) => BinaryPrimitives.ReadUInt64LittleEndian(Body.AsSpan(offset));
}
