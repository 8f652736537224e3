using System.Runtime.InteropServices;

namespace IoMerge.Rings;

/// <summary>The system calls of rings, which the C library has no functions for.</summary>
internal static unsafe partial class RingCalls
{
    internal const int EFD_CLOEXEC = 0x80000;
    internal const int EFD_NONBLOCK = 0x800;

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    internal static partial nint io_uring_setup(nint number, uint entries, IoUringParams* parameters);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    internal static partial nint io_uring_enter(
        nint number, int ring, uint submit, uint wait, uint flags, void* argument, nuint argumentSize);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    internal static partial nint io_uring_register(
        nint number, int ring, uint operation, void* argument, uint count);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int eventfd(uint initial, int flags);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int eventfd_write(int fd, ulong value);
}
