using IoMerge.Benchmark.Results;

namespace IoMerge.Benchmark.Recommendations;

/// <summary>
/// Says whether two figures of one run differ, or only the noise does. Rounds are interleaved, so that the first round
/// of one column and the first of another met the same machine: they are compared round by round.
/// </summary>
public static class Comparison
{
    /// <summary>
    /// A difference smaller than this is never called one: no setting is worth it, and no machine that others use
    /// too is steadier.
    /// </summary>
    public const double Negligible = 0.02;

    // Fewer rounds show nothing of the noise; then only what is plainly larger counts.
    private const int FewestRounds = 3;
    private const double NegligibleOfFew = 0.10;

    /// <summary>
    /// How much larger one figure is than another: the median of the ratios of their rounds, with its interval.
    /// </summary>
    public static Measure RatioOf(Measure figure, Measure to)
    {
        ArgumentNullException.ThrowIfNull(figure);
        ArgumentNullException.ThrowIfNull(to);
        int rounds = Math.Min(figure.Rounds.Count, to.Rounds.Count);
        return Measure.Of([.. Enumerable.Range(0, rounds).Select(i => Divide(figure.Rounds[i], to.Rounds[i]))]);
    }

    /// <summary>True when neither figure is larger beyond the noise.</summary>
    public static bool IsTie(Measure one, Measure other)
    {
        Measure ratio = RatioOf(one, other);
        double negligible = ratio.Rounds.Count < FewestRounds ? NegligibleOfFew : Negligible;
        return (ratio.Low <= 1 && ratio.High >= 1) || Math.Abs(ratio.Median - 1) < negligible;
    }

    private static double Divide(double a, double b) => b == 0 ? (a == 0 ? 1 : double.MaxValue) : a / b;
}
