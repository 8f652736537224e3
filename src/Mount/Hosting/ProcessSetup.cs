using IoMerge.Mount.Mounting.Native;

namespace IoMerge.Mount.Hosting;

/// <summary>What the process of a storage server asks of the system before it serves.</summary>
internal static class ProcessSetup
{
    /// <summary>
    /// Ignores the signals by which a file size limit and a closed pipe would kill it (the failed call is told as an
    /// error instead), and tells the kernel, where permitted, that waiting for memory must not write to what it serves.
    /// </summary>
    public static void Apply()
    {
        _ = Libc.Signal(Libc.SIGXFSZ, Libc.SIG_IGN);
        _ = Libc.Signal(Libc.SIGPIPE, Libc.SIG_IGN);
        // Needs CAP_SYS_RESOURCE; without it a machine short of memory may be slower, nothing else.
        _ = Libc.Prctl(Libc.PR_SET_IO_FLUSHER, 1, 0, 0, 0);
    }
}
