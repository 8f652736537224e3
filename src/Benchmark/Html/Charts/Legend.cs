using IoMerge.Benchmark.Html.Page;
using IoMerge.Benchmark.Html.View;

namespace IoMerge.Benchmark.Html.Charts;

/// <summary>An entry of a legend.</summary>
/// <param name="Text">What it is.</param>
/// <param name="Classes">Classes that carry its colour and stroke.</param>
/// <param name="Shape">A path in a box of 22 by 12 pixels.</param>
/// <param name="ShapeClass">How the path is drawn.</param>
/// <param name="Series">What is brought out when it is pointed at; null for nothing.</param>
internal sealed record LegendEntry(
    string Text, string Classes, string Shape, string ShapeClass, string? Series = null);

/// <summary>What the colours and strokes of a chart mean; text of the page, so that it wraps.</summary>
internal static class Legend
{
    /// <summary>A filled square.</summary>
    public const string Square = "M3 1h14v10h-14z";

    /// <summary>A line.</summary>
    public const string Line = "M0 6h22";

    /// <summary>Writes a legend.</summary>
    public static void Write(MarkupWriter writer, IEnumerable<LegendEntry> entries)
    {
        // The shapes have no name and no role, so nothing is read out but the texts.
        using (writer.Element("ul", ("class", "legend")))
        {
            foreach (LegendEntry entry in entries)
            {
                using (writer.Element("li", ("class", entry.Classes), ("data-series", entry.Series)))
                {
                    using (writer.Element("svg", ("viewBox", "0 0 22 12")))
                        writer.Shape("path", ("class", entry.ShapeClass), ("d", entry.Shape));
                    writer.Text(entry.Text);
                }
            }
        }
    }

    /// <summary>The entry of a strategy's line.</summary>
    public static LegendEntry OfLine(StrategyView strategy) => new(
        strategy.Label, strategy.Classes, Line, "curve", FormattableString.Invariant($"{strategy.Index}"));
}
