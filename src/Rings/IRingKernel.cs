using IoMerge.Backends;

namespace IoMerge.Rings;

/// <summary>
/// The system calls that a ring is made of, and no more: the seam where tests put a kernel that refuses, fails,
/// overflows or never answers.
/// </summary>
internal unsafe interface IRingKernel
{
    /// <summary>io_uring_setup(2).</summary>
    /// <returns>The ring's descriptor, or -1 with <paramref name="error"/> set.</returns>
    int Setup(uint entries, IoUringParams* parameters, out Errno error);

    /// <summary>
    /// io_uring_enter(2) with IORING_ENTER_GETEVENTS: submits, lets completions come in, waits for so many.
    /// </summary>
    /// <returns>How many entries the kernel took, or -1 with <paramref name="error"/> set.</returns>
    int Enter(int ring, uint submit, uint wait, out Errno error);

    /// <summary>io_uring_register(2).</summary>
    Errno Register(int ring, uint operation, void* argument, uint count);

    /// <summary>Maps a part of the ring, readable and writable.</summary>
    /// <returns>Null when there is no memory for it.</returns>
    void* Map(int ring, nuint length, long offset);

    /// <summary>Takes a mapping away.</summary>
    void Unmap(void* start, nuint length);

    /// <summary>A descriptor that becomes readable with <see cref="Signal"/>.</summary>
    /// <returns>The descriptor, or -1 with <paramref name="error"/> set.</returns>
    int OpenSignal(out Errno error);

    /// <summary>Makes that descriptor readable. Any thread.</summary>
    void Signal(int descriptor);

    /// <summary>Sleeps until a ring has completions, or a signal is there; takes the signal.</summary>
    /// <param name="ring">Descriptor of the ring; -1 to wait for the signal alone.</param>
    /// <param name="signal">From <see cref="OpenSignal"/>.</param>
    void Await(int ring, int signal);

    /// <summary>Closes a descriptor of this kernel.</summary>
    void Close(int descriptor);
}
