using System.Runtime.InteropServices;
using Tmds.Linux;

namespace IoMerge.Mount.Fuse.Transport;

/// <summary>
/// A pipe that one message at a time passes through: a header, and behind it pages of a file, which the pipe refers to
/// and does not copy. For one thread. It knows nothing of what the messages mean.
/// </summary>
/// <remarks>
/// What was put in is either sent as a whole or thrown away with the pipe: bytes that one message leaves behind would
/// become the beginning of the next. Nothing in here waits for room in the pipe.
/// </remarks>
internal sealed unsafe class SplicePipe : IDisposable
{
    private static readonly int PageBytes = Environment.SystemPageSize;

    private readonly int _wantedBytes;
    private int _out = -1;
    private int _in = -1;
    private int _slots;
    private bool _isRefused;

    /// <param name="longestMessage">Room that is wanted, in bytes; what the system allows may be less.</param>
    public SplicePipe(int longestMessage) =>
        // One slot for the header, and one because the pages of a file need not begin with the data.
        _wantedBytes = longestMessage + 2 * PageBytes;

    /// <summary>Whether a header and so many bytes of a file fit in, wherever in a page these begin.</summary>
    public bool HasRoomFor(long length) =>
        (_in >= 0 || TryOpen()) && (length + PageBytes - 2) / PageBytes + 2 <= _slots;

    /// <summary>Puts a message in.</summary>
    /// <param name="header">Its first bytes, fewer than a page.</param>
    /// <param name="headerBytes">How many.</param>
    /// <param name="file">Where the others are.</param>
    /// <param name="offset">The first of them.</param>
    /// <param name="length">How many, within <see cref="HasRoomFor"/>.</param>
    /// <returns>False when the file did not give all of it; then nothing is left in the pipe.</returns>
    public bool TryFill(void* header, int headerBytes, int file, long offset, long length)
    {
        bool isWhole = (nint)LibC.write(_in, header, (size_t)headerBytes) == headerBytes;
        while (isWhole && length > 0)
        {
            nint taken = FuseNative.Splice(
                file, &offset, _in, null, (nuint)length, FuseNative.SPLICE_F_NONBLOCK);
            isWhole = taken > 0 || (taken < 0 && Marshal.GetLastPInvokeError() == LibC.EINTR);
            length -= Math.Max(taken, 0);
        }
        if (!isWhole)
            Empty();
        return isWhole;
    }

    /// <summary>Hands the whole message to a channel, with one system call.</summary>
    /// <param name="channel">The channel.</param>
    /// <param name="length">Length of the message.</param>
    /// <returns>
    /// Null when the channel did not take it and the reply is still owed. Nothing is left in the pipe in any case.
    /// </returns>
    public ReplyOutcome? Send(FuseChannel channel, int length)
    {
        nint sent = channel.Splice(_out, length, out ReplyOutcome outcome);
        if (sent == length)
            return ReplyOutcome.Delivered;
        // The kernel empties the pipe when it refuses a reply; that is no promise.
        Empty();
        return sent < 0 && outcome == ReplyOutcome.Gone ? outcome : null;
    }

    /// <summary>Closes the pipe; it opens again when it is wanted.</summary>
    public void Dispose() => Empty();

    private void Empty()
    {
        if (_in >= 0)
        {
            _ = LibC.close(_in);
            _ = LibC.close(_out);
        }
        _in = _out = -1;
    }

    private bool TryOpen()
    {
        if (_isRefused)
            return false;
        int* ends = stackalloc int[2];
        if (LibC.pipe2(ends, LibC.O_CLOEXEC | LibC.O_NONBLOCK) != 0)
        {
            _isRefused = true;
            return false;
        }
        _out = ends[0];
        _in = ends[1];
        // Beyond fs.pipe-max-size it takes a privilege; then as much as everybody may have.
        if (LibC.fcntl(_in, FuseNative.F_SETPIPE_SZ, _wantedBytes) < 0)
            _ = LibC.fcntl(_in, FuseNative.F_SETPIPE_SZ, ReadLimit());
        _slots = LibC.fcntl(_in, FuseNative.F_GETPIPE_SZ) / PageBytes;
        return true;
    }

    private static int ReadLimit()
    {
        const int usual = 1 << 20;
        try
        {
            return int.TryParse(File.ReadAllText("/proc/sys/fs/pipe-max-size"), out int bytes) ? bytes : usual;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return usual;
        }
    }
}
