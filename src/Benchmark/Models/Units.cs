namespace IoMerge.Benchmark.Models;

/// <summary>From the units of parameters to nanoseconds, always rounded the same way.</summary>
internal static class Units
{
    internal const long SecondNs = 1_000_000_000;

    internal static long MsToNs(double milliseconds) => (long)Math.Round(milliseconds * 1e6);

    internal static long UsToNs(double microseconds) => (long)Math.Round(microseconds * 1e3);

    /// <summary>The time that so many bytes take at a rate.</summary>
    internal static long TransferNs(long bytes, double bytesPerSecond) =>
        (long)Math.Round(bytes * (SecondNs / bytesPerSecond));
}
