using IoMerge.Benchmark.Html.Layout;
using IoMerge.Benchmark.Html.Page;
using IoMerge.Benchmark.Html.View;

namespace IoMerge.Benchmark.Html.Charts;

/// <summary>A row of a chart: a strategy and its figure in words.</summary>
/// <param name="Strategy">The strategy.</param>
/// <param name="Value">Its figure, at the end of the line.</param>
/// <param name="Tip">What is shown when it is pointed at; null for nothing.</param>
/// <param name="IsBest">Whether it stands out.</param>
internal sealed record ChartRow(StrategyView Strategy, string Value, string? Tip, bool IsBest = false);

/// <summary>An axis below the rows.</summary>
/// <param name="Scale">Where values lie.</param>
/// <param name="Format">How its marks are written.</param>
/// <param name="Title">What it counts, with the unit.</param>
internal sealed record RowAxis(Scale Scale, Func<double, string> Format, string Title);

/// <summary>
/// The frame of all charts with one row a strategy: name and figure on one line, a body below them, an axis at the
/// foot. Names stand above the bodies and not beside them, so that long ones fit a narrow window. It draws no bodies.
/// </summary>
internal static class RowChart
{
    /// <summary>Width of the bodies.</summary>
    public const double BodyWidth = Figure.ColumnWidth - 2 * Side;

    /// <summary>Height of a body.</summary>
    public const double BodyHeight = 10;

    /// <summary>Top of a body; the foot of its line of text is at 0.</summary>
    public const double BodyTop = 5;

    /// <summary>A row without a body, by the name of its shape.</summary>
    public const string Blank = "#blank";

    /// <summary>A row whose body has a ground, by the name of its shape.</summary>
    public const string Track = "#track";

    private const double Side = 8;
    private const double TextHeight = 13;
    private const double RowHeight = 34;
    private const double Foot = 38;

    /// <summary>The shapes that rows have in common; once a page.</summary>
    public static void WriteShapes(MarkupWriter writer)
    {
        foreach (string name in new[] { Blank, Track })
        {
            using (writer.Element("g", ("id", name[1..])))
            {
                writer.Shape("rect", ("class", "hit"), ("y", Px.Of(-TextHeight)), ("width", Px.Of(BodyWidth)),
                    ("height", Px.Of(RowHeight)));
                if (name == Track)
                {
                    writer.Shape("rect", ("class", "track"), ("y", Px.Of(BodyTop)), ("width", Px.Of(BodyWidth)),
                        ("height", Px.Of(BodyHeight)));
                }
            }
        }
    }

    /// <summary>Writes a chart.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="title">What is shown.</param>
    /// <param name="subtitle">How to read it.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="axis">The axis.</param>
    /// <param name="shape">The shape under each row.</param>
    /// <param name="body">Draws the body of a row, from <see cref="BodyTop"/> down.</param>
    /// <param name="line">A value with which all are compared, drawn through all bodies; null for none.</param>
    /// <param name="below">Writes what stands below, such as a legend.</param>
    public static void Write(
        MarkupWriter writer, string title, string subtitle, IReadOnlyList<ChartRow> rows, RowAxis axis,
        string shape, Action<int> body, double? line = null, Action? below = null)
    {
        double end = rows.Count * RowHeight;
        string words = string.Join("; ", rows.Select(row => $"{row.Strategy.Label}: {row.Value}"));
        var figure = new Figure(title, subtitle, words, Figure.ColumnWidth, end + Foot);
        figure.Write(writer, () =>
        {
            WriteAxis(writer, axis, end);
            for (int i = 0; i < rows.Count; i++)
                WriteRow(writer, rows[i], i, shape, body);
            if (line is { } value && double.IsFinite(value))
            {
                string x = Px.Of(Side + axis.Scale.Map(value));
                writer.Shape("path", ("class", "line"), ("d", string.Concat(Enumerable.Range(0, rows.Count).Select(
                    row => $"M{x} {Px.Of(row * RowHeight + TextHeight + 1)}v18"))));
            }
        }, below);
    }

    private static void WriteRow(MarkupWriter writer, ChartRow row, int index, string shape, Action<int> body)
    {
        string best = row.IsBest ? " best" : "";
        using (writer.Element("g", ("class", $"row {row.Strategy.Classes}{best}"), ("data-t", row.Tip),
            ("transform", $"translate({Px.Pair(Side, index * RowHeight + TextHeight)})")))
        {
            writer.Shape("use", ("href", shape));
            double room = BodyWidth - row.Value.Length * 6.6 - 10;
            writer.Leaf("text", Px.Fit(row.Strategy.Label, room), ("class", "name"));
            writer.Leaf("text", row.Value, ("class", "value"), ("x", Px.Of(BodyWidth)));
            body(index);
        }
    }

    private static void WriteAxis(MarkupWriter writer, RowAxis axis, double end)
    {
        using (writer.Element("g", ("class", "axis"), ("transform", $"translate({Px.Of(Side)} 0)")))
        {
            writer.Shape("path", ("d", string.Concat(axis.Scale.Ticks.Select(
                tick => $"M{Px.Of(tick.Position)} {Px.Of(TextHeight + 3)}V{Px.Of(end)}"))));
            foreach (Tick tick in axis.Scale.Ticks)
            {
                string x = Px.Of(tick.Position);
                string? anchor = tick.Position < 12 ? "start" : tick.Position > BodyWidth - 16 ? "end" : null;
                writer.Leaf("text", axis.Format(tick.Value), ("x", x), ("y", Px.Of(end + 13)),
                    ("class", anchor));
            }
            writer.Leaf("text", axis.Title, ("class", "title"), ("x", Px.Of(BodyWidth / 2)), ("y", Px.Of(end + 30)));
        }
    }
}
