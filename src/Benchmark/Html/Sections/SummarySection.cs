using IoMerge.Benchmark.Html.Layout;
using IoMerge.Benchmark.Html.Page;
using IoMerge.Benchmark.Html.View;
using IoMerge.Benchmark.Results;

namespace IoMerge.Benchmark.Html.Sections;

/// <summary>
/// A sentence for each workload on each store: what won, by how much, and whether that is more than noise.
/// </summary>
internal static class SummarySection
{
    /// <summary>Writes the section; nothing for a report without cells.</summary>
    public static void Write(MarkupWriter writer, ReportView view)
    {
        if (view.Blocks.Count == 0)
        {
            using (writer.Element("section", ("class", "panel")))
                writer.Leaf("p", "Nothing was measured.");
            return;
        }
        using (writer.Element("section", ("class", "panel"), ("aria-labelledby", "short")))
        {
            writer.Leaf("h2", "In short", ("id", "short"));
            foreach (StoreBlock block in view.Blocks)
            {
                using (writer.Element("div", ("data-store", Anchors.OfStore(block))))
                {
                    writer.Leaf("h3", $"{block.Store.Name}, {block.KindText}");
                    using (writer.Element("ul", ("class", "short")))
                    {
                        foreach (CellGroup group in block.Groups)
                            WriteSentence(writer, view, block, group);
                    }
                }
            }
        }
        writer.Break();
    }

    /// <summary>What is to be said of one workload, without its name.</summary>
    public static string Sentence(CellGroup group)
    {
        CellView best = group.Best;
        Measure measure = group.ThroughputOf(best.Cell);
        string head = group.IsTie ? $"No strategy is plainly faster; {best.Strategy.Label}"
            : group.Cells.Count == 1 ? best.Strategy.Label : $"{best.Strategy.Label} is fastest";
        string text = $"{head}: {group.Throughput(measure.Median)}{Interval(group, measure)}";
        var others = new List<string>();
        foreach (CellView other in new[] { group.Unmerged, group.Raw, group.Second }.OfType<CellView>()
            .DistinctBy(view => view.Strategy).Where(view => !ReferenceEquals(view.Cell, best.Cell)))
        {
            others.Add(Against(group, measure, other));
        }
        return others.Count == 0 ? text + "." : $"{text}; {string.Join(", ", others)}.";
    }

    private static void WriteSentence(MarkupWriter writer, ReportView view, StoreBlock block, CellGroup group)
    {
        using (writer.Element("li", ("data-workload", Anchors.OfWorkload(view, group))))
        {
            writer.Leaf("a", group.Workload.Name, ("href", "#" + Anchors.Of(view, block, group)));
            writer.Text(" ");
            writer.Leaf("span", Sentence(group));
        }
    }

    private static string Interval(CellGroup group, Measure measure) => measure.Rounds.Count < 2
        ? ""
        : $" ({group.Throughput(measure.Low)} to {group.Throughput(measure.High)})";

    private static string Against(CellGroup group, Measure best, CellView other)
    {
        Measure measure = group.ThroughputOf(other.Cell);
        bool isNoise = best.Low <= measure.High && measure.Low <= best.High
            && best.Rounds.Count > 1 && measure.Rounds.Count > 1;
        string ratio = Figures.Times(best.Median, measure.Median);
        return $"{ratio} {other.Strategy.Label}{(isNoise ? " (within the noise)" : "")}";
    }
}
