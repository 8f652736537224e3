using IoMerge.Benchmark.Html.Page;
using IoMerge.Benchmark.Results;

namespace IoMerge.Benchmark.Html.Sections;

/// <summary>What a reader of the figures must know, and what could not be run.</summary>
internal static class RemarksSection
{
    /// <summary>Writes the section; nothing where there is nothing to say.</summary>
    public static void Write(MarkupWriter writer, BenchmarkReport report)
    {
        if (report.Notes.Count > 0)
        {
            using (writer.Element("section", ("class", "panel"), ("aria-labelledby", "notes")))
            {
                writer.Leaf("h2", "To know", ("id", "notes"));
                using (writer.Element("ul"))
                {
                    foreach (string note in report.Notes)
                        writer.Leaf("li", note);
                }
            }
        }
        if (report.LeftOut.Count > 0)
        {
            using (writer.Element("section", ("class", "panel warn"), ("aria-labelledby", "left-out")))
            {
                writer.Leaf("h2", "Left out", ("id", "left-out"));
                DataTable.Write(writer, "What could not be run", ["What", "Why", "Way out"],
                    report.LeftOut.Select(left => (string[])[left.What, left.Why, left.WayOut]), isWords: true);
            }
        }
        writer.Break();
    }
}
