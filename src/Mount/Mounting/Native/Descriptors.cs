using System.Text;
using IoMerge.Backends;
using Tmds.Linux;

namespace IoMerge.Mount.Mounting.Native;

/// <summary>Small operations on descriptors, each with its retries and none that leaks into a child.</summary>
internal static unsafe class Descriptors
{
    private const int SolSocket = 1;

    // What the process's umask leaves of it holds for files that an open creates.
    private static readonly mode_t s_newFileMode = (mode_t)Convert.ToUInt32("0644", 8);

    /// <summary>
    /// Opens a file; a negative result with the error in <see cref="SystemError.Last"/> when it fails.
    /// </summary>
    public static int Open(string path, int flags)
    {
        byte[] name = Encoding.UTF8.GetBytes(path + '\0');
        fixed (byte* pointer = name)
        {
            int descriptor;
            do
            {
                descriptor = LibC.open(pointer, flags | LibC.O_CLOEXEC, s_newFileMode);
            }
            while (descriptor < 0 && SystemError.Last == Errno.EINTR);
            return descriptor;
        }
    }

    /// <summary>A pipe: what is written to the second can be read from the first.</summary>
    public static (int Read, int Write) Pipe()
    {
        int* ends = stackalloc int[2];
        if (LibC.pipe2(ends, LibC.O_CLOEXEC) < 0)
            throw new MountException($"no pipe could be made: {SystemError.Text(SystemError.Last)}");
        return (ends[0], ends[1]);
    }

    /// <summary>Two connected sockets.</summary>
    public static (int First, int Second) SocketPair()
    {
        int* ends = stackalloc int[2];
        if (LibC.socketpair(LibC.AF_UNIX, LibC.SOCK_STREAM | LibC.SOCK_CLOEXEC, 0, ends) < 0)
            throw new MountException($"no pair of sockets could be made: {SystemError.Text(SystemError.Last)}");
        return (ends[0], ends[1]);
    }

    /// <summary>Reads text until the other side closes; no more than 64 KiB are kept.</summary>
    public static string ReadToEnd(int descriptor)
    {
        const int Limit = 64 << 10;
        const int Piece = 4096;
        byte* piece = stackalloc byte[Piece];
        var text = new List<byte>();
        while (true)
        {
            long length = LibC.read(descriptor, piece, Piece);
            if (length < 0 && SystemError.Last == Errno.EINTR)
                continue;
            if (length <= 0)
                return Encoding.UTF8.GetString([.. text]);
            if (text.Count < Limit)
                text.AddRange(new ReadOnlySpan<byte>(piece, (int)length));
        }
    }

    /// <summary>Writes all of a text; what the other side no longer wants to read is dropped.</summary>
    public static void WriteAll(int descriptor, string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        fixed (byte* pointer = bytes)
        {
            int done = 0;
            while (done < bytes.Length)
            {
                long length = LibC.write(descriptor, pointer + done, bytes.Length - done);
                if (length < 0 && SystemError.Last == Errno.EINTR)
                    continue;
                if (length <= 0)
                    return;
                done += (int)length;
            }
        }
    }

    /// <summary>Receives one descriptor that the other side of a socket sends; -1 when it closes without one.</summary>
    public static int Receive(int socket)
    {
        byte data;
        var vector = new iovec { iov_base = &data, iov_len = 1 };
        int room = LibC.CMSG_SPACE(sizeof(int));
        byte* control = stackalloc byte[room];
        var message = new msghdr { msg_iov = &vector, msg_iovlen = 1, msg_control = control };
        long length;
        do
        {
            message.msg_controllen = (uint)room;
            length = LibC.recvmsg(socket, &message, LibC.MSG_CMSG_CLOEXEC);
        }
        while (length < 0 && SystemError.Last == Errno.EINTR);
        cmsghdr* header = length > 0 ? LibC.CMSG_FIRSTHDR(&message) : null;
        // Not CMSG_LEN: the library's rounds up, and a header with one descriptor is shorter than that.
        bool isDescriptor = header is not null && header->cmsg_level == SolSocket
            && header->cmsg_type == LibC.SCM_RIGHTS && header->cmsg_len >= (uint)(sizeof(cmsghdr) + sizeof(int));
        return isDescriptor ? *(int*)LibC.CMSG_DATA(header) : -1;
    }
}
