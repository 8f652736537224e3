using IoMerge.Benchmark.Html.Layout;
using IoMerge.Benchmark.Html.Page;
using IoMerge.Benchmark.Html.View;

namespace IoMerge.Benchmark.Html.Charts;

/// <summary>A row of a chart: a strategy and its figure in words.</summary>
/// <param name="Strategy">The strategy.</param>
/// <param name="Value">Its figure, at the end of the line.</param>
/// <param name="Tip">What is shown when it is pointed at.</param>
/// <param name="IsBest">Whether it stands out.</param>
internal sealed record ChartRow(StrategyView Strategy, string Value, string Tip, bool IsBest = false);

/// <summary>An axis below the rows.</summary>
/// <param name="Scale">Where values lie.</param>
/// <param name="Format">How its marks are written.</param>
/// <param name="Title">What it counts, with the unit.</param>
internal sealed record RowAxis(Scale Scale, Func<double, string> Format, string Title);

/// <summary>
/// The frame of all charts with one row a strategy: name and figure on one line, a body below them, an axis at the foot.
/// Names stand above the bodies and not beside them, so that long ones fit a narrow window. It draws no bodies.
/// </summary>
internal static class RowChart
{
    /// <summary>Width of the bodies.</summary>
    public const double BodyWidth = Figure.ColumnWidth - 2 * Side;

    /// <summary>Height of a body.</summary>
    public const double BodyHeight = 10;

    private const double Side = 8;
    private const double RowHeight = 34;
    private const double BodyTop = 18;
    private const double Foot = 38;

    /// <summary>Writes a chart.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="title">What is shown.</param>
    /// <param name="subtitle">How to read it.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="axis">The axis.</param>
    /// <param name="body">Draws the body of a row; its left upper corner is at 0, 0.</param>
    /// <param name="below">Writes what stands below, such as a legend.</param>
    public static void Write(
        MarkupWriter writer, string title, string subtitle, IReadOnlyList<ChartRow> rows, RowAxis axis,
        Action<int> body, Action? below = null)
    {
        double end = rows.Count * RowHeight;
        string words = string.Join("; ", rows.Select(row => $"{row.Strategy.Label}: {row.Value}"));
        var figure = new Figure(title, subtitle, words, Figure.ColumnWidth, end + Foot);
        figure.Write(writer, () =>
        {
            WriteAxis(writer, axis, end);
            for (int i = 0; i < rows.Count; i++)
                WriteRow(writer, rows[i], i, body);
        }, below);
    }

    private static void WriteRow(MarkupWriter writer, ChartRow row, int index, Action<int> body)
    {
        using (writer.Element("g", ("class", row.IsBest ? "row best" : "row"), ("data-t", row.Tip),
            ("transform", $"translate({Px.Pair(Side, index * RowHeight)})")))
        {
            writer.Shape("rect", ("class", "hit"), ("width", Px.Of(BodyWidth)), ("height", Px.Of(RowHeight)));
            double room = BodyWidth - row.Value.Length * 6.6 - 10;
            writer.Leaf("text", Px.Fit(row.Strategy.Label, room), ("class", "name"), ("y", "13"));
            writer.Leaf("text", row.Value, ("class", "value"), ("x", Px.Of(BodyWidth)), ("y", "13"));
            using (writer.Element("g", ("class", row.Strategy.Classes), ("transform", $"translate(0 {BodyTop})")))
                body(index);
        }
    }

    private static void WriteAxis(MarkupWriter writer, RowAxis axis, double end)
    {
        using (writer.Element("g", ("class", "axis"), ("transform", $"translate({Px.Of(Side)} 0)")))
        {
            foreach (Tick tick in axis.Scale.Ticks)
            {
                string x = Px.Of(tick.Position);
                writer.Shape("path", ("d", $"M{x} {BodyTop - 2}V{Px.Of(end)}"));
                string anchor = tick.Position < 12 ? "start" : tick.Position > BodyWidth - 16 ? "end" : "middle";
                writer.Leaf("text", axis.Format(tick.Value), ("x", x), ("y", Px.Of(end + 13)),
                    ("text-anchor", anchor));
            }
            writer.Leaf("text", axis.Title, ("class", "title"), ("x", Px.Of(BodyWidth / 2)), ("y", Px.Of(end + 30)),
                ("text-anchor", "middle"));
        }
    }
}
