using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Tmds.Linux;

namespace IoMerge.Backends.Local.Native;

/// <summary>
/// Opens descriptors and asks them what they are. Errors are numbers; what to tell a person is the caller's business.
/// </summary>
internal static unsafe class StoreDescriptor
{
    private const int EINTR = 4;
    private const uint OwnerOnly = 0x180; // rw-------

    /// <summary>open(2) with O_CLOEXEC; the handle is null when it failed.</summary>
    internal static Errno Open(string path, int flags, out SafeFileHandle? handle)
    {
        int fd;
        int error = 0;
        do
        {
            fd = NativeCalls.open(path, flags | LibC.O_CLOEXEC, OwnerOnly);
            error = fd < 0 ? Marshal.GetLastPInvokeError() : 0;
        }
        while (error == EINTR);
        handle = fd < 0 ? null : new SafeFileHandle(fd, ownsHandle: true);
        return new Errno(error);
    }

    /// <summary>Opens what a descriptor refers to once more, with other flags.</summary>
    internal static Errno Reopen(int fd, int flags, out SafeFileHandle? handle) =>
        Open($"/proc/self/fd/{fd}", flags, out handle);

    /// <summary>
    /// Replaces the flags of an open descriptor (F_SETFL). Unlike opening it once more this keeps its lock: one that is
    /// given up and taken again may meanwhile be held by a child process between fork and exec.
    /// </summary>
    /// <returns>EINVAL when the file system cannot do O_DIRECT.</returns>
    internal static Errno SetFlags(int fd, int flags) =>
        LibC.fcntl(fd, LibC.F_SETFL, flags) == 0 ? Errno.None : new Errno(Marshal.GetLastPInvokeError());

    /// <summary>statx(2) of an open descriptor.</summary>
    internal static Errno GetFacts(int fd, out Statx facts)
    {
        Statx answer = default;
        int result = NativeCalls.statx(
            fd, "", NativeCalls.AT_EMPTY_PATH, Statx.STATX_BASIC_STATS | Statx.STATX_DIOALIGN, &answer);
        facts = answer;
        return result == 0 ? Errno.None : new Errno(Marshal.GetLastPInvokeError());
    }

    /// <summary>True when the file lies in memory and not on a device.</summary>
    internal static bool IsInMemory(int fd)
    {
        StatFs facts = default;
        return NativeCalls.fstatfs(fd, &facts) == 0
            && facts.f_type is NativeCalls.TMPFS_MAGIC or NativeCalls.RAMFS_MAGIC;
    }

    /// <summary>True when splice(2) can take the file's bytes into a pipe.</summary>
    internal static bool CanSplice(int fd)
    {
        int* pipe = stackalloc int[2];
        if (LibC.pipe2(pipe, LibC.O_CLOEXEC | LibC.O_NONBLOCK) != 0)
            return false;
        long offset = 0;
        bool can = NativeCalls.splice(fd, &offset, pipe[1], null, 1, NativeCalls.SPLICE_F_NONBLOCK) >= 0;
        _ = LibC.close(pipe[0]);
        _ = LibC.close(pipe[1]);
        return can;
    }

    /// <summary>flock(2) without waiting; held until the descriptor is closed.</summary>
    /// <returns>EAGAIN when somebody else holds it; success also where the file system knows no locks.</returns>
    internal static Errno Lock(int fd, bool exclusive)
    {
        int operation = (exclusive ? NativeCalls.LOCK_EX : NativeCalls.LOCK_SH) | NativeCalls.LOCK_NB;
        while (NativeCalls.flock(fd, operation) != 0)
        {
            int error = Marshal.GetLastPInvokeError();
            if (error != EINTR)
                return error == Errno.EAGAIN.Value ? Errno.EAGAIN : Errno.None;
        }
        return Errno.None;
    }

    /// <summary>
    /// Gives the lock up before the descriptor is closed. Closing alone does not while a child of this process has the
    /// descriptor too, between its fork and its exec.
    /// </summary>
    internal static void Unlock(int fd) => _ = NativeCalls.flock(fd, NativeCalls.LOCK_UN);

    /// <summary>An ioctl that fills in one number.</summary>
    /// <returns>False when the descriptor does not know the request.</returns>
    internal static bool TryControl(int fd, uint request, out long value)
    {
        long answer = 0; // Requests fill in an int or a long; either fits, and the machine is little endian.
        bool known = NativeCalls.ioctl(fd, request, &answer) == 0;
        value = answer;
        return known;
    }
}
