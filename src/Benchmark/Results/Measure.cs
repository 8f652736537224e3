namespace IoMerge.Benchmark.Results;

/// <summary>A figure that was taken several times.</summary>
/// <param name="Rounds">The value of each round, in the order of the rounds; at least one.</param>
/// <param name="Median">Their median.</param>
/// <param name="Low">Lower end of the interval that holds the true median with 95 % confidence.</param>
/// <param name="High">Upper end of that interval.</param>
public sealed record Measure(IReadOnlyList<double> Rounds, double Median, double Low, double High)
{
    // Bootstrap resamples: enough that the ends of the interval do not move by more than the noise of the rounds.
    private const int Resamples = 2000;

    /// <summary>
    /// The figure of some rounds. The interval is a percentile bootstrap of the median (Efron, "Bootstrap methods:
    /// another look at the jackknife", 1979) with a fixed seed, so that the same rounds give the same interval. Few
    /// rounds give the full range: then nothing narrower is known.
    /// </summary>
    public static Measure Of(IReadOnlyList<double> rounds)
    {
        ArgumentOutOfRangeException.ThrowIfZero(rounds.Count);
        double[] sorted = [.. rounds.Order()];
        double median = MedianOf(sorted);
        if (sorted.Length < 6)
            return new Measure(rounds, median, sorted[0], sorted[^1]);
        var random = new Random(1979);
        var medians = new double[Resamples];
        var sample = new double[sorted.Length];
        for (int i = 0; i < Resamples; i++)
        {
            for (int j = 0; j < sample.Length; j++)
                sample[j] = sorted[random.Next(sorted.Length)];
            Array.Sort(sample);
            medians[i] = MedianOf(sample);
        }
        Array.Sort(medians);
        return new Measure(rounds, median, medians[Resamples / 40], medians[Resamples - 1 - Resamples / 40]);
    }

    private static double MedianOf(double[] sorted)
    {
        int half = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
    }
}
