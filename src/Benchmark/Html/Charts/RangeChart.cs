using IoMerge.Benchmark.Html.Layout;
using IoMerge.Benchmark.Html.Page;
using IoMerge.Benchmark.Results;

namespace IoMerge.Benchmark.Html.Charts;

/// <summary>The times of one strategy from the median to the longest.</summary>
internal sealed record TimeRange(ChartRow Row, LatencyDistribution Latency);

/// <summary>
/// How long callers waited, on a logarithmic axis: a dot at the median, a bar to p99, a notch at p99.9, a line to the
/// longest. Bars from 0 do not exist on such an axis.
/// </summary>
internal static class RangeChart
{
    /// <summary>Writes a chart.</summary>
    public static void Write(MarkupWriter writer, string title, string subtitle, IReadOnlyList<TimeRange> ranges)
    {
        double[] times =
        [
            .. ranges.SelectMany(range => new[] { range.Latency.P50Us, range.Latency.MaxUs })
                .Where(time => double.IsFinite(time) && time > 0).DefaultIfEmpty(1),
        ];
        Scale scale = Scale.Logarithmic(times.Min(), times.Max(), RowChart.BodyWidth);
        RowChart.Write(writer, title, subtitle, [.. ranges.Select(range => range.Row)],
            new RowAxis(scale, Figures.Time, "time a request took"), RowChart.Blank,
            index => WriteBody(writer, ranges[index].Latency, scale));
    }

    private static void WriteBody(MarkupWriter writer, LatencyDistribution latency, Scale scale)
    {
        double p50 = scale.Map(latency.P50Us);
        double p99 = Math.Max(p50, scale.Map(latency.P99Us));
        string p999 = Px.Of(scale.Map(latency.P999Us));
        string max = Px.Of(scale.Map(latency.MaxUs));
        writer.Shape("path", ("class", "reach"), ("d", $"M{Px.Of(p50)} 10H{max}M{max} 7v6"));
        writer.Shape("rect", ("class", "bar"), ("x", Px.Of(p50)), ("y", "7"), ("width", Px.Of(p99 - p50)),
            ("height", "6"));
        writer.Shape("path", ("class", "reach"), ("d", $"M{p999} 6v8"));
        writer.Shape("circle", ("class", "dot"), ("cx", Px.Of(p50)), ("cy", "10"), ("r", "4.5"));
    }
}
