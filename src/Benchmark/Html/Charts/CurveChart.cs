using IoMerge.Benchmark.Html.Layout;
using IoMerge.Benchmark.Html.Page;
using IoMerge.Benchmark.Html.View;
using IoMerge.Benchmark.Results;

namespace IoMerge.Benchmark.Html.Charts;

/// <summary>
/// Distributions of times: which part of all requests took no longer than what, one curve a strategy.
/// </summary>
internal static class CurveChart
{
    // "99.999 %" needs it.
    private const double Left = 64;
    private const double Height = 220;
    private const int MaxNines = 5;

    /// <summary>Writes a chart.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="title">What is shown.</param>
    /// <param name="curves">The distributions, each with at least one point.</param>
    /// <param name="budget">How much detail there may be.</param>
    public static void Write(
        MarkupWriter writer, string title, IReadOnlyList<(StrategyView Strategy, LatencyDistribution Latency)> curves,
        PageBudget budget)
    {
        double[] times =
        [
            .. curves.SelectMany(curve => curve.Latency.Curve).Select(point => point.Us)
                .Where(time => double.IsFinite(time) && time > 0).DefaultIfEmpty(1),
        ];
        double count = Math.Max(10, curves.Max(curve => (double)curve.Latency.Count));
        int nines = (int)Math.Clamp(Math.Ceiling(Math.Log10(count) - 0.5), 2, MaxNines);
        var plot = new Plot(Left, 24, Scale.Logarithmic(times.Min(), times.Max(), Figure.ColumnWidth - Left - 8),
            Scale.Nines(nines, Height));
        string words = string.Join("; ", curves.Select(curve => $"{curve.Strategy.Label}: half within "
            + $"{Figures.Time(curve.Latency.P50Us)}, 99 % within {Figures.Time(curve.Latency.P99Us)}"));
        var figure = new Figure(title, "Further left is faster; each step up is one more nine",
            words, Figure.ColumnWidth, plot.Bottom + Plot.Foot);
        figure.Write(
            writer,
            () =>
            {
                plot.WriteFrame(writer, Figures.Time, "time a request took", FractionText, "of the requests");
                foreach ((StrategyView strategy, LatencyDistribution latency) in curves)
                    WriteCurve(writer, plot, strategy, latency, budget);
            },
            () => Legend.Write(writer, curves.Select(curve => Legend.OfLine(curve.Strategy))));
    }

    private static void WriteCurve(
        MarkupWriter writer, Plot plot, StrategyView strategy, LatencyDistribution latency, PageBudget budget)
    {
        Point[] points = [.. latency.Curve.Select(point => plot.At(point.Us, point.Fraction))];
        string? tip = !budget.HasTips ? null
            : $"{strategy.Label}: p50 {Figures.Time(latency.P50Us)}, p99 {Figures.Time(latency.P99Us)}, "
                + $"p99.9 {Figures.Time(latency.P999Us)}, longest {Figures.Time(latency.MaxUs)}";
        writer.Shape("path", ("class", $"curve {strategy.Classes}"),
            ("data-series", FormattableString.Invariant($"{strategy.Index}")),
            ("d", LinePath.Of(Decimation.Spaced(points, budget.CurvePoints))), ("data-t", tip));
    }

    private static string FractionText(double fraction) =>
        fraction == 0 ? "0" : FormattableString.Invariant($"{Math.Round(fraction * 100, 6)} %");
}
