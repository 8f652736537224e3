using System.Buffers.Binary;
using System.Runtime.InteropServices;
using IoMerge.Mount.Fuse.Transport;
using Tmds.Linux;

namespace IoMerge.Mount.Tests.Fuse.Support;

/// <summary>
/// The other side of a channel that takes splices in one piece, as <c>/dev/fuse</c> does and a socket does not: a pipe.
/// </summary>
internal sealed unsafe class PipeKernel : IDisposable
{
    private int _fd;

    public PipeKernel()
    {
        int* ends = stackalloc int[2];
        if (LibC.pipe2(ends, LibC.O_CLOEXEC | LibC.O_NONBLOCK) != 0)
            throw new IOException($"pipe2: errno {Marshal.GetLastPInvokeError()}");
        _fd = ends[0];
        _ = LibC.fcntl(_fd, FuseNative.F_SETPIPE_SZ, 1 << 20);
        Channel = FuseChannel.Own(ends[1]);
    }

    /// <summary>The server's end.</summary>
    public FuseChannel Channel { get; }

    /// <summary>All that was handed in since the last call; it must be one reply.</summary>
    public Reply Receive()
    {
        byte[] message = ReceiveBytes();
        Assert.True(message.Length >= 16, $"{message.Length} bytes are no reply");
        Assert.Equal((uint)message.Length, BinaryPrimitives.ReadUInt32LittleEndian(message));
        int error = BinaryPrimitives.ReadInt32LittleEndian(message.AsSpan(4));
        return new Reply(BinaryPrimitives.ReadUInt64LittleEndian(message.AsSpan(8)), -error, message[16..]);
    }

    /// <summary>All bytes that were handed in since the last call.</summary>
    public byte[] ReceiveBytes()
    {
        byte[] buffer = new byte[2 << 20];
        int length = 0;
        fixed (byte* first = buffer)
        {
            nint bytes;
            while ((bytes = (nint)LibC.read(_fd, first + length, (size_t)(buffer.Length - length))) > 0)
                length += (int)bytes;
        }
        return buffer[..length];
    }

    /// <summary>Closes this end only.</summary>
    public void GoAway()
    {
        int fd = Interlocked.Exchange(ref _fd, -1);
        if (fd >= 0)
            _ = LibC.close(fd);
    }

    public void Dispose()
    {
        GoAway();
        Channel.Dispose();
    }
}
