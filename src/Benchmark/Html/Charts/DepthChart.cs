using IoMerge.Benchmark.Html.Layout;
using IoMerge.Benchmark.Html.Page;
using IoMerge.Benchmark.Html.View;
using IoMerge.Benchmark.Results;

namespace IoMerge.Benchmark.Html.Charts;

/// <summary>
/// The queue of one strategy over time: requests that wait as an area, operations at the store as a line. Charts that
/// are compared get the same axes.
/// </summary>
/// <param name="EndMs">End of the axis of time.</param>
/// <param name="Peak">End of the axis of counts.</param>
internal sealed record DepthChart(double EndMs, double Peak)
{
    private const double Left = 42;
    private const double Height = 92;

    /// <summary>Axes that fit several queues.</summary>
    public static DepthChart Fitting(IEnumerable<IReadOnlyList<DepthSample>> queues)
    {
        DepthSample[] all = [.. queues.SelectMany(queue => queue)];
        return new DepthChart(
            all.Select(sample => sample.AtMs).Where(double.IsFinite).DefaultIfEmpty(1).Max(),
            all.Select(sample => (double)Math.Max(sample.Queued, sample.InFlight)).DefaultIfEmpty(1).Max());
    }

    /// <summary>Writes one of the charts.</summary>
    public void Write(MarkupWriter writer, StrategyView strategy, IReadOnlyList<DepthSample> queue, int most)
    {
        var plot = new Plot(Left, 24, Scale.Linear(EndMs, Figure.ColumnWidth - Left - 8), Scale.Linear(Peak, Height));
        IReadOnlyList<DepthSample> kept = Decimation.Extremes(queue, most);
        string words = $"Most requests waiting: {queue.Max(sample => sample.Queued)}; on average "
            + $"{Figures.Plain(queue.Average(sample => sample.Queued))}. Operations at the store: at most "
            + $"{queue.Max(sample => sample.InFlight)}, on average "
            + $"{Figures.Plain(queue.Average(sample => sample.InFlight))}.";
        var figure = new Figure(strategy.Label, "", words, Figure.ColumnWidth, plot.Bottom + Plot.Foot);
        figure.Write(writer, () =>
        {
            plot.WriteFrame(writer, value => Figures.Time(value * 1000), "time of the round", Figures.Count, "count");
            using (writer.Element("g", ("class", strategy.Classes), ("data-t", words)))
            {
                string waiting = LinePath.Steps([.. kept.Select(sample => plot.At(sample.AtMs, sample.Queued))]);
                string foot = Px.Of(plot.Bottom);
                string start = kept.Count == 0 ? "" : Px.Of(plot.At(kept[0].AtMs, 0).X);
                if (kept.Count > 0)
                    writer.Shape("path", ("class", "area"), ("d", $"{waiting}V{foot}H{start}z"));
                writer.Shape("path", ("class", "flight"),
                    ("d", LinePath.Steps([.. kept.Select(sample => plot.At(sample.AtMs, sample.InFlight))])));
            }
        });
    }
}
