using IoMerge.Benchmark.Html.Page;

namespace IoMerge.Benchmark.Html.Charts;

/// <summary>
/// A chart's place on the page: its caption, and the picture with a description for those who do not see it.
/// </summary>
/// <param name="Title">What is shown.</param>
/// <param name="Subtitle">How to read it; may be empty.</param>
/// <param name="Description">The figures in words.</param>
/// <param name="Width">Width of the picture in its own pixels; the page scales it to the room there is.</param>
/// <param name="Height">Height of the picture.</param>
internal sealed record Figure(string Title, string Subtitle, string Description, double Width, double Height)
{
    /// <summary>Width of the charts that stand beside each other: that of a telephone, so that they fit one.</summary>
    public const double ColumnWidth = 360;

    /// <summary>Writes it.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="draw">Draws into the picture.</param>
    /// <param name="below">Writes what stands below the picture, such as a legend; null for nothing.</param>
    public void Write(MarkupWriter writer, Action draw, Action? below = null)
    {
        using (writer.Element("figure", ("class", Width > ColumnWidth ? "chart wide" : "chart")))
        {
            using (writer.Element("figcaption"))
            {
                writer.Leaf("b", Title);
                if (Subtitle.Length > 0)
                    writer.Leaf("span", Subtitle);
            }
            using (writer.Element("div", ("class", "scroll"), ("tabindex", Width > ColumnWidth ? "0" : null)))
            using (writer.Element("svg", ("viewBox", $"0 0 {Px.Of(Width)} {Px.Of(Height)}"), ("role", "img"),
                ("aria-label", $"{Title}. {Description}")))
            {
                draw();
            }
            below?.Invoke();
        }
        writer.Break();
    }
}
