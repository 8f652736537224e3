using System.Numerics;

namespace IoMerge.Scheduler;

/// <summary>
/// Counts of times in log-linear buckets (the idea of HdrHistogram): 32 to each power of two, so that a value is known
/// to 3 %. Recording costs a few nanoseconds and allocates nothing. Not thread-safe.
/// </summary>
internal sealed class LatencyHistogram
{
    private const int SubBits = 5;
    private const int SubBuckets = 1 << SubBits;
    private readonly long[] _counts = new long[(64 - SubBits) * SubBuckets];
    private long _count;
    private long _sum;
    private long _max;

    /// <summary>Counts a time in nanoseconds; a negative one counts as 0.</summary>
    internal void Record(long nanoseconds)
    {
        nanoseconds = Math.Max(nanoseconds, 0);
        _counts[IndexOf(nanoseconds)]++;
        _count++;
        _sum += nanoseconds;
        if (nanoseconds > _max)
            _max = nanoseconds;
    }

    /// <summary>What was recorded so far.</summary>
    internal LatencySummary Summarize() => _count == 0
        ? default
        : new LatencySummary(_count, _sum / 1e3 / _count, Quantile(0.5), Quantile(0.99), Quantile(0.999), _max / 1e3);

    private double Quantile(double fraction)
    {
        long wanted = (long)Math.Ceiling(_count * fraction);
        long seen = 0;
        for (int i = 0; i < _counts.Length; i++)
        {
            seen += _counts[i];
            if (seen >= wanted)
                return Math.Min(HighestOf(i), _max) / 1e3;
        }
        return _max / 1e3;
    }

    private static int IndexOf(long value)
    {
        if (value < SubBuckets)
            return (int)value;
        int shift = BitOperations.Log2((ulong)value) - SubBits;
        return ((shift + 1) << SubBits) + (int)((value >> shift) - SubBuckets);
    }

    private static long HighestOf(int index)
    {
        if (index < SubBuckets)
            return index;
        int shift = (index >> SubBits) - 1;
        long lowest = (long)(SubBuckets + (index & (SubBuckets - 1))) << shift;
        return lowest + (1L << shift) - 1;
    }
}
