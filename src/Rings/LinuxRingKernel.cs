using System.Runtime.InteropServices;
using IoMerge.Backends;
using Tmds.Linux;
using static IoMerge.Rings.IoUringConstants;

namespace IoMerge.Rings;

/// <summary>
/// The real kernel. The C library has no functions for rings, so its <c>syscall</c> carries the calls.
/// </summary>
internal sealed unsafe class LinuxRingKernel : IRingKernel
{
    internal static readonly LinuxRingKernel Instance = new();

    public int Setup(uint entries, IoUringParams* parameters, out Errno error) =>
        Result(RingCalls.io_uring_setup(SYS_io_uring_setup, entries, parameters), out error);

    public int Enter(int ring, uint submit, uint wait, out Errno error) => Result(
        RingCalls.io_uring_enter(SYS_io_uring_enter, ring, submit, wait, IORING_ENTER_GETEVENTS, null, 0),
        out error);

    public Errno Register(int ring, uint operation, void* argument, uint count)
    {
        _ = Result(
            RingCalls.io_uring_register(SYS_io_uring_register, ring, operation, argument, count), out Errno error);
        return error;
    }

    public void* Map(int ring, nuint length, long offset)
    {
        size_t bytes = (size_t)length;
        void* start = LibC.mmap(
            null, bytes, LibC.PROT_READ | LibC.PROT_WRITE, LibC.MAP_SHARED | LibC.MAP_POPULATE, ring, offset);
        return start == LibC.MAP_FAILED ? null : start;
    }

    public void Unmap(void* start, nuint length)
    {
        size_t bytes = (size_t)length;
        _ = LibC.munmap(start, bytes);
    }

    public int OpenSignal(out Errno error) =>
        Result(RingCalls.eventfd(0, RingCalls.EFD_CLOEXEC | RingCalls.EFD_NONBLOCK), out error);

    // EAGAIN means that the counter is full: then it is readable, which is all that is wanted.
    public void Signal(int descriptor) => _ = RingCalls.eventfd_write(descriptor, 1);

    public void Await(int ring, int signal)
    {
        pollfd* polls = stackalloc pollfd[2];
        polls[0] = new pollfd { fd = ring, events = LibC.POLLIN };
        polls[1] = new pollfd { fd = signal, events = LibC.POLLIN };
        ulong count;
        if (LibC.poll(polls, 2, -1) > 0 && polls[1].revents != 0)
            _ = LibC.read(signal, &count, sizeof(ulong));
    }

    public void Close(int descriptor) => _ = LibC.close(descriptor);

    private static int Result(nint result, out Errno error)
    {
        error = result < 0 ? new Errno(Marshal.GetLastPInvokeError()) : Errno.None;
        return (int)result;
    }
}
