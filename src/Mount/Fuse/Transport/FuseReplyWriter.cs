using System.Runtime.CompilerServices;
using IoMerge.Backends;
using IoMerge.Mount.Fuse.Protocol;

namespace IoMerge.Mount.Fuse.Transport;

/// <summary>Composes replies: one header, one body at most, handed in with one system call.</summary>
/// <remarks>
/// The kernel leaves a request pending, or fails it with EIO, when it refuses a reply. In both cases a bare EIO is sent
/// after it, so that no caller waits for ever.
/// </remarks>
internal static unsafe class FuseReplyWriter
{
    private const int MaxErrno = 511;

    /// <summary>Replies without a body: success, or an error.</summary>
    public static ReplyOutcome Write(FuseChannel channel, ulong unique, Errno error)
    {
        var header = new fuse_out_header
        {
            len = (uint)sizeof(fuse_out_header),
            error = -ToWire(error),
            unique = unique,
        };
        return channel.Send(&header, sizeof(fuse_out_header));
    }

    /// <summary>Replies with a structure.</summary>
    public static ReplyOutcome Write<T>(FuseChannel channel, ulong unique, in T body) where T : unmanaged =>
        Write(channel, unique, in body, sizeof(T));

    /// <summary>Replies with the first bytes of a structure, as older kernels want it.</summary>
    public static ReplyOutcome Write<T>(FuseChannel channel, ulong unique, in T body, int length) where T : unmanaged
    {
        byte* message = stackalloc byte[sizeof(fuse_out_header) + sizeof(T)];
        *(fuse_out_header*)message = HeaderFor(unique, length);
        Unsafe.WriteUnaligned(message + sizeof(fuse_out_header), body);
        return Settle(channel, unique, channel.Send(message, sizeof(fuse_out_header) + length));
    }

    /// <summary>Replies with bytes from where they are.</summary>
    /// <param name="channel">Where the request came from.</param>
    /// <param name="unique">The kernel's name for the request.</param>
    /// <param name="data">First byte; valid during the call.</param>
    /// <param name="length">Number of bytes, 0 or more, no more than the kernel asked for.</param>
    /// <param name="leadBytes">Bytes before the data that may be overwritten: then both go in one piece.</param>
    public static ReplyOutcome WriteData(FuseChannel channel, ulong unique, nint data, int length, int leadBytes)
    {
        if (length == 0)
            return Write(channel, unique, Errno.None);
        fuse_out_header header = HeaderFor(unique, length);
        if (leadBytes >= sizeof(fuse_out_header))
        {
            byte* message = (byte*)data - sizeof(fuse_out_header);
            *(fuse_out_header*)message = header;
            return Settle(channel, unique, channel.Send(message, sizeof(fuse_out_header) + length));
        }
        IoSegment* segments = stackalloc IoSegment[2];
        segments[0] = new IoSegment((nint)(&header), sizeof(fuse_out_header));
        segments[1] = new IoSegment(data, length);
        return Settle(channel, unique, channel.Send(segments, 2));
    }

    /// <summary>The number that callers see: what was taken back was interrupted; what is no errno is EIO.</summary>
    public static int ToWire(Errno error)
    {
        if (error == Errno.ECANCELED)
            return Errno.EINTR.Value;
        return error.Value is >= 0 and <= MaxErrno ? error.Value : Errno.EIO.Value;
    }

    /// <summary>The header of a reply that succeeded.</summary>
    public static fuse_out_header HeaderFor(ulong unique, int bodyLength) =>
        new() { len = (uint)(sizeof(fuse_out_header) + bodyLength), unique = unique };

    /// <summary>Follows a refused reply with a bare EIO.</summary>
    public static ReplyOutcome Settle(FuseChannel channel, ulong unique, ReplyOutcome outcome)
    {
        if (outcome == ReplyOutcome.Refused)
            _ = Write(channel, unique, Errno.EIO);
        return outcome;
    }
}
