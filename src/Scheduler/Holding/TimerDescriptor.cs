using System.Diagnostics;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace IoMerge.Scheduler;

/// <summary>A one-shot timer of the kernel behind a descriptor (timerfd).</summary>
internal sealed partial class TimerDescriptor : IDisposable
{
    // linux/time.h, sys/timerfd.h
    private const int CLOCK_MONOTONIC = 1;
    private const int TFD_CLOEXEC = 0x80000;
    // asm-generic/errno-base.h
    private const int EINTR = 4;

    private const long NsPerSecond = 1_000_000_000;
    private readonly SafeFileHandle _handle;

    /// <summary>Creates it, not armed.</summary>
    /// <exception cref="IOException">The process or the system has no descriptor left.</exception>
    internal TimerDescriptor()
    {
        int fd = TimerFdCreate(CLOCK_MONOTONIC, TFD_CLOEXEC);
        if (fd < 0)
            throw new IOException($"There is no timer to be had: {Marshal.GetLastPInvokeErrorMessage()}.");
        _handle = new SafeFileHandle(fd, ownsHandle: true);
    }

    /// <summary>True once its descriptor is given back.</summary>
    internal bool IsClosed => _handle.IsClosed;

    /// <summary>Makes it due once, after a time; replaces what was asked for before. Any thread.</summary>
    /// <param name="delayNs">Nanoseconds from now, greater than 0.</param>
    internal void Arm(long delayNs)
    {
        var due = new TimerSpec(default, new TimeSpec((nint)(delayNs / NsPerSecond), (nint)(delayNs % NsPerSecond)));
        // Fails for a wrong time only, and this one is right.
        _ = TimerFdSetTime(_handle, 0, in due, 0);
    }

    /// <summary>Waits until it is due. One thread.</summary>
    internal void WaitUntilDue()
    {
        // Fails for a signal only: whoever waits keeps it open.
        while (Read(_handle, out _, sizeof(ulong)) < 0)
            Debug.Assert(Marshal.GetLastPInvokeError() == EINTR, "The timer is open as long as it is waited for.");
    }

    /// <summary>Closes it. Nobody may be waiting.</summary>
    public void Dispose() => _handle.Dispose();

    private readonly record struct TimeSpec(nint Seconds, nint Nanoseconds);

    private readonly record struct TimerSpec(TimeSpec Interval, TimeSpec Value);

    [LibraryImport("libc", EntryPoint = "timerfd_create", SetLastError = true)]
    private static partial int TimerFdCreate(int clock, int flags);

    [LibraryImport("libc", EntryPoint = "timerfd_settime")]
    private static partial int TimerFdSetTime(SafeFileHandle timer, int flags, in TimerSpec value, nint old);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    private static partial nint Read(SafeFileHandle timer, out ulong expirations, nint bytes);
}
