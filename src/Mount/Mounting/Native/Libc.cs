using System.Runtime.InteropServices;

namespace IoMerge.Mount.Mounting.Native;

/// <summary>
/// The C library's functions that Tmds.LibC does not declare, as far as mounting and hosting need them.
/// </summary>
internal static unsafe partial class Libc
{
    /// <summary>Refuses to follow a symbolic link at the end of the path of umount2(2).</summary>
    internal const int UMOUNT_NOFOLLOW = 8;

    /// <summary>posix_spawn: unblock and reset signals, and start a session.</summary>
    internal const short POSIX_SPAWN_SETSIGDEF = 0x04;
    internal const short POSIX_SPAWN_SETSIGMASK = 0x08;
    internal const short POSIX_SPAWN_SETSID = 0x80;

    internal const int SIGPIPE = 13;
    internal const int SIGXFSZ = 25;
    internal const nint SIG_IGN = 1;
    internal const int PR_SET_IO_FLUSHER = 57;

    [LibraryImport("libc", EntryPoint = "signal", SetLastError = true)]
    internal static partial nint Signal(int number, nint handler);

    [LibraryImport("libc", EntryPoint = "prctl", SetLastError = true)]
    internal static partial int Prctl(int option, nuint a, nuint b, nuint c, nuint d);

    [LibraryImport("libc", EntryPoint = "realpath", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nint RealPath(string path, byte* resolved);

    [LibraryImport("libc", EntryPoint = "setxattr", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int SetXAttr(string path, string name, byte* value, nuint size, int flags);

    [LibraryImport("libc", EntryPoint = "free")]
    internal static partial void Free(nint memory);

    [LibraryImport("libc", EntryPoint = "waitpid", SetLastError = true)]
    internal static partial int WaitPid(int pid, out int status, int options);

    [LibraryImport("libc", EntryPoint = "posix_spawnp")]
    internal static partial int SpawnFromPath(
        out int pid, byte* file, void* actions, void* attributes, byte** arguments, byte** environment);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_init")]
    internal static partial int SpawnActionsInit(void* actions);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_destroy")]
    internal static partial int SpawnActionsDestroy(void* actions);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_adddup2")]
    internal static partial int SpawnActionsAddDup2(void* actions, int from, int to);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_init")]
    internal static partial int SpawnAttributesInit(void* attributes);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_destroy")]
    internal static partial int SpawnAttributesDestroy(void* attributes);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setflags")]
    internal static partial int SpawnAttributesSetFlags(void* attributes, short flags);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setsigmask")]
    internal static partial int SpawnAttributesSetSignalMask(void* attributes, void* set);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setsigdefault")]
    internal static partial int SpawnAttributesSetSignalDefaults(void* attributes, void* set);

    [LibraryImport("libc", EntryPoint = "sigemptyset")]
    internal static partial int SignalSetClear(void* set);

    [LibraryImport("libc", EntryPoint = "sigaddset")]
    internal static partial int SignalSetAdd(void* set, int number);

    [LibraryImport("libc", EntryPoint = "pidfd_open", SetLastError = true)]
    internal static partial int PidFdOpen(int pid, uint flags);
}
