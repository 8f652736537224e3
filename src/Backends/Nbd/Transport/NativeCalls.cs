using System.Runtime.InteropServices;

namespace IoMerge.Backends.Nbd.Native;

/// <summary>
/// The C library's functions, in the form that is needed here: <see cref="IoSegment"/> stands for <c>struct iovec</c>.
/// Nothing but declarations.
/// </summary>
internal static unsafe partial class NativeCalls
{
    internal const int MSG_DONTWAIT = 0x40;
    internal const int MSG_NOSIGNAL = 0x4000;
    internal const int EINTR = 4;
    internal const int EAGAIN = 11;

    /// <summary>Most pieces of one message (IOV_MAX).</summary>
    internal const int MaxSegments = 1024;

    [LibraryImport("libc", SetLastError = true)]
    internal static partial nint sendmsg(int fd, MessageHeader* message, int flags);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial nint recvmsg(int fd, MessageHeader* message, int flags);
}

/// <summary>struct msghdr.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct MessageHeader
{
    internal void* msg_name;
    internal uint msg_namelen;
    internal IoSegment* msg_iov;
    internal nuint msg_iovlen;
    internal void* msg_control;
    internal nuint msg_controllen;
    internal int msg_flags;
}
