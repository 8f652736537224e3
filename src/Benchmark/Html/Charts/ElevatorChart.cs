using System.Text;
using IoMerge.Benchmark.Html.Layout;
using IoMerge.Benchmark.Html.Page;
using IoMerge.Benchmark.Html.View;
using IoMerge.Benchmark.Results;

namespace IoMerge.Benchmark.Html.Charts;

/// <summary>
/// The elevator's picture: time across, offset up, each arrival a tick, each operation a box from its dispatch to its
/// end around what it carried. Reads are plain and writes are hatched, with ticks that lean, so that no colour is
/// needed to tell them apart.
/// </summary>
internal static class ElevatorChart
{
    private const double Width = 1080;
    private const double Left = 78;
    private const double LeastHeight = 260;
    private const double LeastMark = 2.4;

    /// <summary>Writes a picture.</summary>
    public static void Write(MarkupWriter writer, StrategyView strategy, ElevatorPicture picture, int most)
    {
        PictureWindow window = PictureWindow.Of(picture, most);
        OffsetBands bands = Layout(window);
        var plot = new Plot(Left, 24, Scale.Linear(window.EndUs, Width - Left - 10, 8),
            Scale.Linear(1, bands.Bands[^1].To));
        string carried = $"{window.Arrivals.Count} arrivals and {window.Operations.Count} operations";
        string subtitle = window.IsCut
            ? $"{carried}: the first {Figures.Time(window.EndUs)} of {Figures.Time(window.FullUs)}"
            : $"{carried} in {Figures.Time(window.FullUs)}";
        var figure = new Figure(strategy.Label, subtitle, Describe(window), Width, plot.Bottom + Plot.Foot);
        figure.Write(writer, () =>
        {
            WriteFrame(writer, plot, bands);
            WriteArrivals(writer, plot, bands, window.Arrivals, isWrite: false);
            WriteArrivals(writer, plot, bands, window.Arrivals, isWrite: true);
            WriteOperations(writer, plot, bands, window.Operations, isWrite: false);
            WriteOperations(writer, plot, bands, window.Operations, isWrite: true);
        });
    }

    private static OffsetBands Layout(PictureWindow window)
    {
        (long, long)[] extents =
        [
            .. window.Arrivals.Select(arrival => (arrival.Offset, arrival.Length)),
            .. window.Operations.Select(operation => (operation.Offset, operation.Length)),
        ];
        int bands = OffsetBands.Of(extents, LeastHeight).Bands.Count;
        return OffsetBands.Of(extents, Math.Max(LeastHeight, Math.Min(bands * 42, 480)));
    }

    private static void WriteFrame(MarkupWriter writer, Plot plot, OffsetBands bands)
    {
        using (writer.Element("g", ("class", "axis")))
        {
            foreach (OffsetBand band in bands.Bands)
            {
                (double top, double foot) = (plot.Bottom - band.To, plot.Bottom - band.From);
                writer.Shape("rect", ("class", "band"), ("x", Px.Of(Left)), ("y", Px.Of(top)),
                    ("width", Px.Of(plot.Across.Pixels)), ("height", Px.Of(foot - top)));
            }
            plot.WriteAcross(writer, Figures.Time, "time since the stretch began");
            double last = double.PositiveInfinity;
            foreach ((long offset, double at) in Marks(bands))
            {
                double y = plot.Bottom - at;
                if (last - y < 12)
                    continue;
                last = y;
                writer.Shape("path", ("d", $"M{Px.Pair(Left - 4, y)}h4"));
                writer.Leaf("text", Figures.Bytes(offset), ("x", Px.Of(Left - 7)), ("y", Px.Of(y + 3.5)),
                    ("class", "end"));
            }
            writer.Leaf("text", bands.Bands.Count == 1 ? "offset" : "offset, with untouched stretches cut out",
                ("class", "title start"), ("x", "0"), ("y", "12"));
        }
    }

    // Round offsets on an axis of one piece; the beginnings of the pieces on any other.
    private static IEnumerable<(long Offset, double At)> Marks(OffsetBands bands)
    {
        if (bands.Bands.Count > 1)
            return bands.Bands.Select(band => (band.First, band.From));
        OffsetBand only = bands.Bands[0];
        double step = Math.Max(1, Math.Pow(2, Math.Ceiling(Math.Log2((double)((Int128)only.End - only.First) / 6))));
        var marks = new List<(long, double)>();
        for (double offset = Math.Ceiling(only.First / step) * step; offset <= only.End; offset += step)
            marks.Add(((long)offset, bands.Map((long)offset)));
        return marks;
    }

    private static void WriteArrivals(
        MarkupWriter writer, Plot plot, OffsetBands bands, IReadOnlyList<PictureArrival> arrivals, bool isWrite)
    {
        var path = new StringBuilder();
        foreach (PictureArrival arrival in arrivals)
        {
            if (arrival.IsWrite != isWrite)
                continue;
            (double top, double height) = Upright(plot, bands, arrival.Offset, arrival.Length);
            path.Append('M').Append(Px.Pair(plot.Left + plot.Across.Map(arrival.AtUs), top + height))
                .Append(isWrite ? "l3 " : "v").Append(Px.Of(-height));
        }
        if (path.Length > 0)
            writer.Shape("path", ("class", isWrite ? "tick write" : "tick read"), ("d", path.ToString()));
    }

    private static void WriteOperations(
        MarkupWriter writer, Plot plot, OffsetBands bands, IReadOnlyList<PictureOperation> operations, bool isWrite)
    {
        using (writer.Element("g", ("class", isWrite ? "op write" : "op read")))
        {
            foreach (PictureOperation operation in operations.Where(operation => operation.IsWrite == isWrite))
                WriteOperation(writer, plot, bands, operation);
        }
    }

    private static void WriteOperation(MarkupWriter writer, Plot plot, OffsetBands bands, PictureOperation operation)
    {
        double from = plot.Left + plot.Across.Map(operation.FromUs);
        double to = plot.Left + plot.Across.Map(operation.ToUs);
        (double top, double height) = Upright(plot, bands, operation.Offset, operation.Length);
        string members = operation.Members == 1 ? "1 request" : $"{operation.Members} requests";
        writer.Shape("rect", ("x", Px.Of(from)), ("y", Px.Of(top)), ("width", Px.Of(Math.Max(1, to - from))),
            ("height", Px.Of(height)),
            ("data-t", $"{(operation.IsWrite ? "Write" : "Read")} {Figures.Bytes(operation.Length)} at "
                + $"{Figures.Bytes(operation.Offset)}: {members}, at {Figures.Time(operation.FromUs)} "
                + $"for {Figures.Time(operation.ToUs - operation.FromUs)}"));
    }

    private static (double Top, double Height) Upright(Plot plot, OffsetBands bands, long offset, long length)
    {
        double foot = plot.Bottom - bands.Map(offset);
        double top = plot.Bottom - bands.Map((long)Int128.Min((Int128)offset + length, long.MaxValue));
        // The end of one band is not the beginning of the next, so an extent never stretches across a cut.
        double height = Math.Max(LeastMark, foot - top);
        return (foot - height, height);
    }

    private static string Describe(PictureWindow window)
    {
        long members = window.Operations.Sum(operation => (long)operation.Members);
        long most = window.Operations.Select(operation => (long)operation.Members).DefaultIfEmpty(0).Max();
        return $"{window.Arrivals.Count(arrival => !arrival.IsWrite)} reads and "
            + $"{window.Arrivals.Count(arrival => arrival.IsWrite)} writes arrived; {window.Operations.Count} "
            + $"operations carried {members} requests, the largest {most}.";
    }
}
