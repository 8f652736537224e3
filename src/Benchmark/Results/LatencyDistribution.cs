using HdrHistogram;
using HdrHistogram.Iteration;

namespace IoMerge.Benchmark.Results;

/// <summary>A distribution of times, in microseconds.</summary>
/// <param name="Count">Number of values.</param>
/// <param name="MeanUs">Arithmetic mean.</param>
/// <param name="P50Us">Median.</param>
/// <param name="P99Us">99th percentile.</param>
/// <param name="P999Us">99.9th percentile.</param>
/// <param name="MaxUs">Largest value.</param>
/// <param name="Curve">
/// The distribution function, ascending in both: enough points to draw it, ending at fraction 1.
/// </param>
public sealed record LatencyDistribution(
    long Count, double MeanUs, double P50Us, double P99Us, double P999Us, double MaxUs,
    IReadOnlyList<LatencyPoint> Curve)
{
    /// <summary>Summarizes a histogram of nanoseconds; null for an empty one.</summary>
    public static LatencyDistribution? Of(HistogramBase nanoseconds)
    {
        if (nanoseconds.TotalCount == 0)
            return null;
        double At(double percentile) => nanoseconds.GetValueAtPercentile(percentile) / 1e3;
        var curve = new List<LatencyPoint>();
        foreach (HistogramIterationValue step in nanoseconds.Percentiles(8))
            curve.Add(new LatencyPoint(step.ValueIteratedTo / 1e3, step.PercentileLevelIteratedTo / 100));
        return new LatencyDistribution(
            nanoseconds.TotalCount, nanoseconds.GetMean() / 1e3, At(50), At(99), At(99.9),
            nanoseconds.GetMaxValue() / 1e3, curve);
    }
}

/// <summary>A point of a distribution function.</summary>
/// <param name="Us">A time in microseconds.</param>
/// <param name="Fraction">The part of all values that took no longer, 0 to 1.</param>
public readonly record struct LatencyPoint(double Us, double Fraction);
