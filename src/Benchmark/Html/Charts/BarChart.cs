using IoMerge.Benchmark.Html.Layout;
using IoMerge.Benchmark.Html.Page;
using IoMerge.Benchmark.Results;

namespace IoMerge.Benchmark.Html.Charts;

/// <summary>A figure of one strategy as a bar.</summary>
/// <param name="Row">Its strategy and words.</param>
/// <param name="Value">Length of the bar.</param>
/// <param name="Interval">The rounds behind it, whose interval is drawn as a whisker; null for none.</param>
/// <param name="Mark">Something it is compared with, drawn as a diamond; null for none.</param>
internal sealed record Bar(ChartRow Row, double Value, Measure? Interval = null, double? Mark = null);

/// <summary>
/// Bars from 0, one a strategy, with whiskers where there were several rounds. What is no strategy of IoMerge does not
/// stretch the axis far beyond those.
/// </summary>
internal static class BarChart
{
    // A ceiling forty times as high would press all the others against the wall: its bar is torn off instead.
    private const double OffTheAxis = 4;

    /// <summary>Writes a chart.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="title">What is shown.</param>
    /// <param name="subtitle">How to read it.</param>
    /// <param name="bars">The bars.</param>
    /// <param name="format">How marks of the axis are written.</param>
    /// <param name="axisTitle">What the axis counts, with the unit.</param>
    /// <param name="line">A value that all bars are compared with, drawn as a line through them; null for none.</param>
    public static void Write(
        MarkupWriter writer, string title, string subtitle, IReadOnlyList<Bar> bars, Func<double, string> format,
        string axisTitle, double? line = null)
    {
        double max = Math.Max(line ?? 0, Largest(bars.Where(bar => IsOwn(bar))));
        if (max <= 0 || Largest(bars) <= max * OffTheAxis)
            max = Largest(bars);
        Scale scale = Scale.Linear(max, RowChart.BodyWidth);
        RowChart.Write(writer, title, subtitle, [.. bars.Select(bar => bar.Row)], new RowAxis(scale, format, axisTitle),
            RowChart.Track, index => WriteBody(writer, bars[index], scale), line);
    }

    private static void WriteBody(MarkupWriter writer, Bar bar, Scale scale)
    {
        writer.Shape("rect", ("class", "bar"), ("y", Px.Of(RowChart.BodyTop)), ("width", Px.Of(scale.Map(bar.Value))),
            ("height", Px.Of(RowChart.BodyHeight)));
        if (bar.Value > scale.High)
        {
            writer.Shape("path", ("class", "torn"), ("d", $"M{Px.Of(RowChart.BodyWidth - 18)} 18l6 -16m4 0l-6 16"));
            return;
        }
        if (HasWhisker(bar))
        {
            (string low, string high) = (Px.Of(scale.Map(bar.Interval!.Low)), Px.Of(scale.Map(bar.Interval.High)));
            writer.Shape("path", ("class", "whisker"), ("d", $"M{low} 7v6M{low} 10H{high}M{high} 7v6"));
        }
        if (bar.Mark is { } mark && double.IsFinite(mark))
            writer.Shape("path", ("class", "mark"), ("d", $"M{Px.Of(scale.Map(mark))} 4l5 6-5 6-5-6z"));
    }

    private static bool IsOwn(Bar bar) => bar.Row.Strategy.Facts.Kind == StrategyKind.Strategy;

    private static double Largest(IEnumerable<Bar> bars) => bars
        .SelectMany(bar => new[] { bar.Value, HasWhisker(bar) ? bar.Interval!.High : 0, bar.Mark ?? 0 })
        .Where(double.IsFinite).DefaultIfEmpty(0).Max();

    private static bool HasWhisker(Bar bar) => bar.Interval is { Rounds.Count: > 1 } interval
        && double.IsFinite(interval.Low) && double.IsFinite(interval.High);
}
