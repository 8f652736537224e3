using IoMerge.Benchmark.Html.Layout;
using IoMerge.Benchmark.Html.Page;

namespace IoMerge.Benchmark.Html.Charts;

/// <summary>A part of a row.</summary>
/// <param name="Fraction">Its part of the whole, 0 to 1.</param>
/// <param name="Classes">Classes that carry its colour.</param>
/// <param name="Tip">What is shown when it is pointed at; null for nothing.</param>
internal readonly record struct StackPart(double Fraction, string Classes, string? Tip);

/// <summary>A whole and its parts.</summary>
internal sealed record Stack(ChartRow Row, IReadOnlyList<StackPart> Parts);

/// <summary>Rows that are cut into parts of a whole.</summary>
internal static class StackChart
{
    /// <summary>Writes a chart.</summary>
    public static void Write(
        MarkupWriter writer, string title, string subtitle, IReadOnlyList<Stack> stacks, string axisTitle,
        Action? legend = null)
    {
        Scale scale = Scale.Linear(1, RowChart.BodyWidth);
        RowChart.Write(writer, title, subtitle, [.. stacks.Select(stack => stack.Row)],
            new RowAxis(scale, Figures.Percent, axisTitle), RowChart.Track,
            index => WriteBody(writer, stacks[index], scale), below: legend);
    }

    private static void WriteBody(MarkupWriter writer, Stack stack, Scale scale)
    {
        double from = 0;
        foreach (StackPart part in stack.Parts)
        {
            if (!(part.Fraction > 0))
                continue;
            (double start, double end) = (scale.Map(from), scale.Map(from + part.Fraction));
            // A hair of the background keeps neighbours apart, whatever their colours.
            writer.Shape("rect", ("class", $"part {part.Classes}"), ("x", Px.Of(start)),
                ("y", Px.Of(RowChart.BodyTop)), ("width", Px.Of(Math.Max(0.4, end - start - 0.8))),
                ("height", Px.Of(RowChart.BodyHeight)), ("data-t", part.Tip));
            from += part.Fraction;
        }
    }
}
