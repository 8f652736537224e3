using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Tmds.Linux;

namespace IoMerge.Backends.Decorators;

/// <summary>
/// An alarm that is right to microseconds: a thread of its own in ppoll(2), woken through an eventfd. The timers of
/// .NET know only milliseconds.
/// </summary>
internal sealed unsafe partial class PreciseAlarm : IAlarm
{
    private const int PR_SET_TIMERSLACK = 29;
    private const int EFD_CLOEXEC = 0x80000;
    private const int EFD_NONBLOCK = 0x800;
    private const int POLLIN = 1;
    private readonly Lock _lock = new();
    private readonly Action _ring;
    private readonly Thread _thread;
    private readonly SafeFileHandle _wake;
    private readonly TimeProvider _time;
    private long _due = long.MaxValue;
    private bool _stopping;

    internal PreciseAlarm(TimeProvider time, string name, Action ring)
    {
        _time = time;
        _ring = ring;
        int fd = LibC.eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
        if (fd < 0)
        {
            throw new BackendOpenException(
                $"{name}: no eventfd ({new Errno(LibC.errno)}). Raise the limit of open files (ulimit -n).");
        }
        _wake = new SafeFileHandle(fd, ownsHandle: true);
        _thread = new Thread(Run) { Name = name, IsBackground = true };
        _thread.Start();
    }

    public void SetFor(long timestamp)
    {
        lock (_lock)
        {
            if (timestamp >= _due)
                return;
            _due = timestamp;
        }
        Wake();
    }

    public void Dispose()
    {
        lock (_lock)
            _stopping = true;
        Wake();
        if (Thread.CurrentThread != _thread)
            _thread.Join();
        _wake.Dispose();
    }

    private void Run()
    {
        _ = prctl(PR_SET_TIMERSLACK, 1, 0, 0, 0); // Without it the kernel may sleep 50 µs longer. Best effort.
        while (TryGetWait(out TimeSpan? wait))
        {
            if (wait is { Ticks: <= 0 })
                Ring();
            else
                Wait(wait);
        }
    }

    private bool TryGetWait(out TimeSpan? wait)
    {
        lock (_lock)
        {
            wait = _due == long.MaxValue ? null : _time.GetElapsedTime(_time.GetTimestamp(), _due);
            return !_stopping;
        }
    }

    private void Ring()
    {
        lock (_lock)
            _due = long.MaxValue;
        _ring();
    }

    private void Wait(TimeSpan? wait)
    {
        timespec limit = default;
        if (wait is TimeSpan length)
        {
            limit.tv_sec = length.Ticks / TimeSpan.TicksPerSecond;
            limit.tv_nsec = (int)(length.Ticks % TimeSpan.TicksPerSecond * TimeSpan.NanosecondsPerTick);
        }
        int fd = (int)_wake.DangerousGetHandle();
        pollfd poll = new() { fd = fd, events = POLLIN };
        // EINTR and early returns are harmless: the caller looks at the clock again.
        if (LibC.ppoll(&poll, 1, wait is null ? null : &limit, null) > 0)
        {
            ulong count;
            _ = LibC.read(fd, &count, sizeof(ulong));
        }
    }

    private void Wake()
    {
        ulong one = 1;
        _ = LibC.write((int)_wake.DangerousGetHandle(), &one, sizeof(ulong)); // EAGAIN: it is awake anyway.
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int prctl(int option, nuint a, nuint b, nuint c, nuint d);
}
