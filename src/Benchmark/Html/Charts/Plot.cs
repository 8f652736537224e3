using IoMerge.Benchmark.Html.Layout;
using IoMerge.Benchmark.Html.Page;

namespace IoMerge.Benchmark.Html.Charts;

/// <summary>The frame of a chart with two axes. It draws grid, marks and titles, and knows where values lie.</summary>
/// <param name="Left">Room for the marks of the upright axis.</param>
/// <param name="Top">Room above.</param>
/// <param name="Across">The axis across.</param>
/// <param name="Up">The upright axis; its start is at the foot.</param>
internal sealed record Plot(double Left, double Top, Scale Across, Scale Up)
{
    /// <summary>Room below the foot, for marks and title.</summary>
    public const double Foot = 36;

    /// <summary>The foot of the chart.</summary>
    public double Bottom => Top + Up.Pixels;

    /// <summary>The right end of the chart.</summary>
    public double Right => Left + Across.Pixels;

    /// <summary>Where a value lies.</summary>
    public Point At(double across, double up) => new(Left + Across.Map(across), Bottom - Up.Map(up));

    /// <summary>Draws grid, marks and titles.</summary>
    public void WriteFrame(
        MarkupWriter writer, Func<double, string> acrossText, string acrossTitle, Func<double, string> upText,
        string upTitle)
    {
        using (writer.Element("g", ("class", "axis")))
        {
            foreach (Tick tick in Up.Ticks)
            {
                double y = Bottom - tick.Position;
                writer.Shape("path", ("d", $"M{Px.Pair(Left, y)}H{Px.Of(Right)}"));
                writer.Leaf("text", upText(tick.Value), ("x", Px.Of(Left - 5)), ("y", Px.Of(y + 3.5)),
                    ("text-anchor", "end"));
            }
            WriteAcross(writer, acrossText, acrossTitle);
            writer.Leaf("text", upTitle, ("class", "title"), ("x", "0"), ("y", Px.Of(Top - 7)));
        }
    }

    /// <summary>Draws the axis across alone.</summary>
    public void WriteAcross(MarkupWriter writer, Func<double, string> text, string title)
    {
        foreach (Tick tick in Across.Ticks)
        {
            double x = Left + tick.Position;
            writer.Shape("path", ("d", $"M{Px.Pair(x, Top)}V{Px.Of(Bottom)}"));
            writer.Leaf("text", text(tick.Value), ("x", Px.Of(x)), ("y", Px.Of(Bottom + 13)),
                ("text-anchor", tick.Position > Across.Pixels - 16 ? "end" : "middle"));
        }
        writer.Leaf("text", title, ("class", "title"), ("x", Px.Of((Left + Right) / 2)), ("y", Px.Of(Bottom + 30)),
            ("text-anchor", "middle"));
    }
}
