using System.Runtime.InteropServices;
using IoMerge.Backends;

namespace IoMerge.Mount.Fuse.Transport;

/// <summary>The vectored calls that Tmds.LibC lacks. <see cref="IoSegment"/> has the layout of <c>struct
/// iovec</c>.</summary>
internal static unsafe partial class FuseNative
{
    [LibraryImport("libc", EntryPoint = "readv", SetLastError = true)]
    public static partial nint ReadV(int fd, IoSegment* segments, int count);

    [LibraryImport("libc", EntryPoint = "writev", SetLastError = true)]
    public static partial nint WriteV(int fd, IoSegment* segments, int count);
}
