using IoMerge.Benchmark.Html.Page;
using IoMerge.Benchmark.Html.View;
using IoMerge.Benchmark.Results;

namespace IoMerge.Benchmark.Html.Sections;

/// <summary>Everything about one store: the table at a glance, then each workload.</summary>
internal static class StoreSection
{
    /// <summary>Writes it.</summary>
    public static void Write(MarkupWriter writer, ReportView view, PageBudget budget, StoreBlock block)
    {
        string anchor = Anchors.OfStore(block);
        using (writer.Element("section", ("class", "store"), ("id", anchor), ("data-store", anchor),
            ("aria-labelledby", anchor + "-title")))
        {
            using (writer.Element("h2", ("id", anchor + "-title")))
            {
                writer.Text(block.Store.Name);
                writer.Leaf("small", " " + block.KindText);
            }
            if (block.Store.Description.Length > 0)
                writer.Leaf("p", block.Store.Description, ("class", "quiet"));
            if (block.Kind == RunKind.Virtual)
                writer.Leaf("p", "Nothing was waited for: these times are computed by a model of the device.");
            GlanceTable.Write(writer, view, block);
            foreach (CellGroup group in block.Groups)
                WorkloadSection.Write(writer, view, budget, block, group);
        }
    }
}
