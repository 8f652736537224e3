using System.Runtime.InteropServices;
using IoMerge.Backends;
using IoMerge.Mount.Fuse.Protocol;
using Tmds.Linux;

namespace IoMerge.Mount.Fuse.Transport;

/// <summary>
/// Answers large reads with bytes that lie in a file: splices them to the kernel through a pipe of the calling thread's
/// own, so that no processor copies them here. What cannot go that way is read and written.
/// </summary>
/// <remarks>For the thread that opened it only, which disposes of it before it ends.</remarks>
internal sealed unsafe class FileReplies : IDisposable
{
    /// <summary>From here on the calls and the pages' references cost less than a copy (decision 40).</summary>
    public const int SmallestBytes = 64 << 10;

    [ThreadStatic]
    private static FileReplies? t_current;

    private readonly SplicePipe _pipe;

    private FileReplies(int longestReply) => _pipe = new SplicePipe(longestReply);

    /// <summary>The calling thread's; null where bytes come from memory only.</summary>
    public static FileReplies? Current => t_current;

    /// <summary>Lets the calling thread answer from files.</summary>
    /// <param name="longestReply">Most bytes of a reply.</param>
    public static FileReplies Open(int longestReply) => t_current = new FileReplies(longestReply);

    /// <summary>True when this is the better way for that many bytes, and open.</summary>
    public bool Takes(FuseChannel channel, long length) =>
        length >= SmallestBytes && channel.TakesSplices && _pipe.HasRoomFor(length);

    /// <summary>Replies to a read with bytes of a file, or with why there are none.</summary>
    /// <param name="channel">Where the request came from.</param>
    /// <param name="unique">The kernel's name for the request.</param>
    /// <param name="file">The file.</param>
    /// <param name="offset">The first byte.</param>
    /// <param name="length">How many were asked for; fewer are answered when the file ends before.</param>
    public ReplyOutcome Write(FuseChannel channel, ulong unique, int file, long offset, int length)
    {
        fuse_out_header header = FuseReplyWriter.HeaderFor(unique, length);
        if (_pipe.HasRoomFor(length)
            && _pipe.TryFill(&header, sizeof(fuse_out_header), file, offset, length)
            && _pipe.Send(channel, sizeof(fuse_out_header) + length) is { } outcome)
            return outcome;
        return WriteCopy(channel, unique, file, offset, length);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        t_current = null;
        _pipe.Dispose();
    }

    /// <summary>
    /// Reads the bytes and replies. What the file really has, and what is wrong with it, is found out here: a header
    /// that has gone into a pipe cannot be corrected.
    /// </summary>
    public static ReplyOutcome WriteCopy(FuseChannel channel, ulong unique, int file, long offset, int length)
    {
        int lead = sizeof(fuse_out_header);
        byte* memory = null;
        try
        {
            memory = (byte*)NativeMemory.Alloc((nuint)(lead + length));
            Errno error = Read(file, offset, memory + lead, length, out int bytes);
            return error.IsError
                ? FuseReplyWriter.Write(channel, unique, error)
                : FuseReplyWriter.WriteData(channel, unique, (nint)(memory + lead), bytes, lead);
        }
        catch (OutOfMemoryException)
        {
            return FuseReplyWriter.Write(channel, unique, Errno.ENOMEM);
        }
        finally
        {
            NativeMemory.Free(memory);
        }
    }

    private static Errno Read(int file, long offset, byte* memory, int length, out int bytes)
    {
        for (bytes = 0; bytes < length;)
        {
            nint read = (nint)LibC.pread(file, memory + bytes, (size_t)(length - bytes), offset + bytes);
            if (read == 0)
                break;
            if (read > 0)
                bytes += (int)read;
            else if (Marshal.GetLastPInvokeError() != LibC.EINTR)
                return new Errno(Marshal.GetLastPInvokeError());
        }
        return Errno.None;
    }
}
