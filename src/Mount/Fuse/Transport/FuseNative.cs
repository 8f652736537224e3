using System.Runtime.InteropServices;
using IoMerge.Backends;

namespace IoMerge.Mount.Fuse.Transport;

/// <summary>The calls that Tmds.LibC lacks. <see cref="IoSegment"/> has the layout of <c>struct
/// iovec</c>.</summary>
internal static unsafe partial class FuseNative
{
    public const uint SPLICE_F_NONBLOCK = 2;
    public const int F_SETPIPE_SZ = 1031;
    public const int F_GETPIPE_SZ = 1032;

    [LibraryImport("libc", EntryPoint = "readv", SetLastError = true)]
    public static partial nint ReadV(int fd, IoSegment* segments, int count);

    [LibraryImport("libc", EntryPoint = "writev", SetLastError = true)]
    public static partial nint WriteV(int fd, IoSegment* segments, int count);

    [LibraryImport("libc", EntryPoint = "splice", SetLastError = true)]
    public static partial nint Splice(int from, long* fromOffset, int to, long* toOffset, nuint length, uint flags);
}
