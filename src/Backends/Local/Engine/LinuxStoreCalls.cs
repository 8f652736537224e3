using System.Runtime.InteropServices;
using IoMerge.Backends.Local.Native;
using Tmds.Linux;

namespace IoMerge.Backends.Local;

/// <summary>The real system. Repeats what a signal interrupted.</summary>
internal sealed unsafe class LinuxStoreCalls : IStoreCalls
{
    private const int EINTR = 4;

    internal static readonly LinuxStoreCalls Instance = new();

    public nint Read(int fd, IoSegment* segments, int count, long offset, CallFlags flags, out Errno error)
    {
        nint bytes;
        do
            bytes = IsPlain(count, flags)
                ? NativeCalls.pread64(fd, (void*)segments->Address, (nuint)segments->Length, offset)
                : NativeCalls.preadv2(fd, segments, count, offset, (int)flags);
        while (Failed(bytes, out error) && error.Value == EINTR);
        return bytes;
    }

    public nint Write(int fd, IoSegment* segments, int count, long offset, CallFlags flags, out Errno error)
    {
        nint bytes;
        do
            bytes = IsPlain(count, flags)
                ? NativeCalls.pwrite64(fd, (void*)segments->Address, (nuint)segments->Length, offset)
                : NativeCalls.pwritev2(fd, segments, count, offset, (int)flags);
        while (Failed(bytes, out error) && error.Value == EINTR);
        return bytes;
    }

    public Errno SyncData(int fd)
    {
        Errno error;
        while (Failed(LibC.fdatasync(fd), out error) && error.Value == EINTR) { }
        return error;
    }

    public Errno SyncAll(int fd)
    {
        Errno error;
        while (Failed(LibC.fsync(fd), out error) && error.Value == EINTR) { }
        return error;
    }

    public Errno Allocate(int fd, AllocateMode mode, Extent extent)
    {
        Errno error;
        off_t offset = extent.Offset;
        off_t length = extent.Length;
        while (Failed(LibC.fallocate(fd, (int)mode, offset, length), out error) && error.Value == EINTR) { }
        return error;
    }

    public Errno SetLength(int fd, long length)
    {
        Errno error;
        while (Failed(LibC.ftruncate(fd, length), out error) && error.Value == EINTR) { }
        return error;
    }

    public Errno Seek(int fd, long offset, bool hole, out long found)
    {
        found = (long)LibC.lseek(fd, offset, hole ? NativeCalls.SEEK_HOLE : NativeCalls.SEEK_DATA);
        _ = Failed((nint)found, out Errno error);
        return error;
    }

    public Errno DiscardBlocks(int fd, Extent extent) => RangeControl(fd, NativeCalls.BLKDISCARD, extent);

    public Errno ZeroBlocks(int fd, Extent extent) => RangeControl(fd, NativeCalls.BLKZEROOUT, extent);

    private static Errno RangeControl(int fd, uint request, Extent extent)
    {
        ulong* range = stackalloc ulong[] { (ulong)extent.Offset, (ulong)extent.Length };
        Errno error;
        while (Failed(NativeCalls.ioctl(fd, request, range), out error) && error.Value == EINTR) { }
        return error;
    }

    // One piece and no wishes: the kernel need not take in a list.
    private static bool IsPlain(int count, CallFlags flags) => count == 1 && flags == CallFlags.None;

    private static bool Failed(nint result, out Errno error)
    {
        error = result < 0 ? new Errno(Marshal.GetLastPInvokeError()) : Errno.None;
        return result < 0;
    }
}
