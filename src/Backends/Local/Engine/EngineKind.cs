namespace IoMerge.Backends.Local;

/// <summary>How the system calls of a file or a block device are driven.</summary>
public enum EngineKind
{
    /// <summary>
    /// Inline where the file system is memory, else io_uring where the kernel allows it, else threads. Only to be asked
    /// for, never in force.
    /// </summary>
    Auto,

    /// <summary>
    /// Operations that are one system call run side by side in a ring, without a thread each; the rest on threads.
    /// </summary>
    IoUring,

    /// <summary>Every operation that may wait has a thread of a bounded set for as long as it lasts.</summary>
    Threads,

    /// <summary>
    /// Every operation runs on the thread that submits it, whatever it has to wait for: for stores as fast as memory.
    /// </summary>
    Inline,
}
