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
            writer.Shape("path", ("d", string.Concat(Up.Ticks.Select(
                tick => $"M{Px.Pair(Left, Bottom - tick.Position)}H{Px.Of(Right)}"))));
            foreach (Tick tick in Up.Ticks)
            {
                writer.Leaf("text", upText(tick.Value), ("x", Px.Of(Left - 5)),
                    ("y", Px.Of(Bottom - tick.Position + 3.5)), ("class", "end"));
            }
            WriteAcross(writer, acrossText, acrossTitle);
            writer.Leaf("text", upTitle, ("class", "title start"), ("x", "0"), ("y", "11"));
        }
    }

    /// <summary>Draws the axis across alone.</summary>
    public void WriteAcross(MarkupWriter writer, Func<double, string> text, string title)
    {
        writer.Shape("path", ("d", string.Concat(Across.Ticks.Select(
            tick => $"M{Px.Pair(Left + tick.Position, Top)}V{Px.Of(Bottom)}"))));
        foreach (Tick tick in Across.Ticks)
        {
            writer.Leaf("text", text(tick.Value), ("x", Px.Of(Left + tick.Position)), ("y", Px.Of(Bottom + 14)),
                ("class", tick.Position > Across.Pixels - 16 ? "end" : tick.Position < 8 ? "start" : null));
        }
        writer.Leaf("text", title, ("class", "title"), ("x", Px.Of((Left + Right) / 2)), ("y", Px.Of(Bottom + 31)));
    }
}
