using System.Runtime.InteropServices;

namespace IoMerge.Backends.Local.Native;

/// <summary>The C library's functions that Tmds.LibC does not declare. Nothing but declarations.</summary>
internal static unsafe partial class NativeCalls
{
    internal const int AT_EMPTY_PATH = 0x1000;
    internal const int RWF_DSYNC = 2;
    internal const int RWF_SYNC = 4;
    internal const int RWF_NOWAIT = 8;
    internal const int LOCK_SH = 1;
    internal const int LOCK_EX = 2;
    internal const int LOCK_NB = 4;
    internal const int LOCK_UN = 8;
    internal const int FALLOC_FL_KEEP_SIZE = 1;
    internal const int FALLOC_FL_PUNCH_HOLE = 2;
    internal const int FALLOC_FL_ZERO_RANGE = 16;
    internal const int SPLICE_F_NONBLOCK = 2;
    internal const int SEEK_DATA = 3;
    internal const int SEEK_HOLE = 4;
    internal const uint BLKROGET = 0x125E;
    internal const uint BLKSSZGET = 0x1268;
    internal const uint BLKDISCARD = 0x1277;
    internal const uint BLKIOOPT = 0x1279;
    internal const uint BLKZEROOUT = 0x127F;
    internal const uint BLKGETSIZE64 = 0x80081272;
    internal const long TMPFS_MAGIC = 0x01021994;
    internal const long RAMFS_MAGIC = 0x858458F6;

    [LibraryImport("libc", SetLastError = true)]
    internal static partial nint pread64(int fd, void* buffer, nuint length, long offset);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial nint pwrite64(int fd, void* buffer, nuint length, long offset);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial nint preadv2(int fd, IoSegment* segments, int count, long offset, int flags);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial nint pwritev2(int fd, IoSegment* segments, int count, long offset, int flags);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial nint splice(int from, long* fromOffset, int to, long* toOffset, nuint length, uint flags);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int flock(int fd, int operation);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int fstatfs(int fd, StatFs* facts);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int statx(int directory, string path, int flags, uint mask, Statx* facts);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int open(string path, int flags, uint mode);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int unlink(string path);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int ioctl(int fd, nuint request, void* argument);
}
