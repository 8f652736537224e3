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

/// <summary>Bars from 0, one a strategy, with whiskers where there were several rounds.</summary>
internal static class BarChart
{
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
        double max = bars
            .SelectMany(bar => new[] { bar.Value, HasWhisker(bar) ? bar.Interval!.High : 0, bar.Mark ?? 0, line ?? 0 })
            .Where(double.IsFinite).DefaultIfEmpty(0).Max();
        Scale scale = Scale.Linear(max, RowChart.BodyWidth);
        RowChart.Write(writer, title, subtitle, [.. bars.Select(bar => bar.Row)], new RowAxis(scale, format, axisTitle),
            index => WriteBody(writer, bars[index], scale, line));
    }

    private static void WriteBody(MarkupWriter writer, Bar bar, Scale scale, double? line)
    {
        string height = Px.Of(RowChart.BodyHeight);
        writer.Shape("rect", ("class", "track"), ("width", Px.Of(RowChart.BodyWidth)), ("height", height));
        writer.Shape("rect", ("class", "bar"), ("width", Px.Of(scale.Map(bar.Value))), ("height", height));
        if (line is { } value && double.IsFinite(value))
            writer.Shape("path", ("class", "line"), ("d", $"M{Px.Of(scale.Map(value))} -4v18"));
        if (HasWhisker(bar))
        {
            (string low, string high) = (Px.Of(scale.Map(bar.Interval!.Low)), Px.Of(scale.Map(bar.Interval.High)));
            writer.Shape("path", ("class", "whisker"), ("d", $"M{low} 2v6M{low} 5H{high}M{high} 2v6"));
        }
        if (bar.Mark is { } mark && double.IsFinite(mark))
            writer.Shape("path", ("class", "mark"), ("d", $"M{Px.Of(scale.Map(mark))} -1l5 6-5 6-5-6z"));
    }

    private static bool HasWhisker(Bar bar) => bar.Interval is { Rounds.Count: > 1 } interval
        && double.IsFinite(interval.Low) && double.IsFinite(interval.High);
}
