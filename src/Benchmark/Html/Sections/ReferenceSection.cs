using IoMerge.Benchmark.Html.Layout;
using IoMerge.Benchmark.Html.Page;
using IoMerge.Benchmark.Html.View;
using IoMerge.Benchmark.Results;

namespace IoMerge.Benchmark.Html.Sections;

/// <summary>
/// Figures published elsewhere beside the measured ones. Machines differ, so what is to be compared is the gain over
/// the first of the published figures of a workload, not the figures themselves.
/// </summary>
internal static class ReferenceSection
{
    /// <summary>Writes the section; nothing where there are no such figures.</summary>
    public static void Write(MarkupWriter writer, ReportView view)
    {
        if (view.Report.References.Count == 0)
            return;
        using (writer.Element("section", ("class", "panel"), ("aria-labelledby", "published")))
        {
            writer.Leaf("h2", "Beside published figures", ("id", "published"));
            foreach (StoreBlock block in view.Blocks.Where(
                block => block.Groups.Any(group => group.References.Count > 0)))
            {
                using (writer.Element("div", ("data-store", Anchors.OfStore(block))))
                {
                    DataTable.Write(writer, $"{block.Store.Name}, {block.KindText}",
                        ["Workload", "Strategy", "Published", "Gain", "Measured", "Gain", "Source"],
                        block.Groups.Where(group => group.References.Count > 0).SelectMany(Rows),
                        wordColumns: [1, 6]);
                }
            }
            string[] unmeasured =
            [
                .. view.Report.References
                    .Where(figure => !view.Blocks.Any(block => block.Groups.Any(
                        group => group.Workload.Name == figure.Workload)))
                    .Select(figure => $"{figure.Workload}, {figure.Strategy}: "
                        + $"{Figures.BytesPerSecond(figure.BytesPerSecond)} ({figure.Source})"),
            ];
            if (unmeasured.Length > 0)
                writer.Leaf("p", $"Published, but not measured here: {string.Join("; ", unmeasured)}.");
        }
        writer.Break();
    }

    // Strategies without a published figure are shown too: the gain of merging is what a reader looks for.
    private static IEnumerable<IReadOnlyList<string>> Rows(CellGroup group)
    {
        ReferenceFigure first = group.References[0];
        CellView[] measured = [.. group.Cells.Where(view => view.Strategy.Facts.Name == first.Strategy)];
        double start = measured.Length == 0 ? double.NaN : measured[0].Cell.BytesPerSecond.Median;
        foreach (CellView view in group.Cells)
        {
            ReferenceFigure? figure = group.References.FirstOrDefault(
                figure => figure.Strategy == view.Strategy.Facts.Name);
            if (figure is null && view.Strategy.Facts.Kind != StrategyKind.Strategy)
                continue;
            double value = view.Cell.BytesPerSecond.Median;
            yield return
            [
                group.Workload.Name, view.Strategy.Label,
                figure is null ? "–" : Figures.BytesPerSecond(figure.BytesPerSecond),
                figure is null ? "–" : Figures.Times(figure.BytesPerSecond, first.BytesPerSecond),
                Figures.BytesPerSecond(value), Figures.Times(value, start), figure?.Source ?? "–",
            ];
        }
    }
}
