using System.Diagnostics;

namespace IoMerge.Benchmark.Replay;

/// <summary>
/// Real time of a replay, in nanoseconds since its beginning, and waiting for it to a few microseconds: asleep as long
/// as the kernel can be trusted with, then looking at the clock. For one thread.
/// </summary>
internal sealed class Pacer
{
    // A sleeper is woken up to 50 µs late (timer slack), and has to be scheduled then.
    private const long TrustNs = 90_000;
    private const long LongestSleepNs = 500_000_000;

    private readonly long _start = Stopwatch.GetTimestamp();

    /// <summary>Time spent looking at the clock, which is no work of the server's.</summary>
    internal long SpunNs { get; private set; }

    /// <summary>The time. Any thread.</summary>
    internal long NowNs() =>
        (long)((Int128)(Stopwatch.GetTimestamp() - _start) * 1_000_000_000 / Stopwatch.Frequency);

    /// <summary>Comes back at a time, or soon after a cancellation.</summary>
    internal void WaitUntil(long atNs, CancellationToken cancellation)
    {
        long nowNs = NowNs();
        for (; atNs - nowNs > TrustNs && !cancellation.IsCancellationRequested; nowNs = NowNs())
            PreciseSleep.For(Math.Min(atNs - nowNs - TrustNs, LongestSleepNs));
        long fromNs = nowNs;
        for (; nowNs < atNs && !cancellation.IsCancellationRequested; nowNs = NowNs())
            Thread.SpinWait(10);
        SpunNs += nowNs - fromNs;
    }
}
