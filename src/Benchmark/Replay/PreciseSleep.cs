using System.Runtime.InteropServices;

namespace IoMerge.Benchmark.Replay;

/// <summary>Sleeps for microseconds, which the timers of .NET cannot: they count milliseconds.</summary>
internal static partial class PreciseSleep
{
    /// <summary>Sleeps for less than a second; a signal may end it early.</summary>
    internal static void For(long nanoseconds)
    {
        var span = new Timespec(0, (nint)nanoseconds);
        NanoSleep(in span, 0);
    }

    private readonly record struct Timespec(nint Seconds, nint Nanoseconds);

    [LibraryImport("libc", EntryPoint = "nanosleep")]
    private static partial int NanoSleep(in Timespec request, nint remaining);
}
