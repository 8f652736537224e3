using System.Globalization;
using IoMerge.Benchmark.Html.Layout;
using IoMerge.Benchmark.Html.Page;
using IoMerge.Benchmark.Html.View;
using IoMerge.Benchmark.Results;

namespace IoMerge.Benchmark.Html.Sections;

/// <summary>
/// What the page is about: title, whether it is whole, when and where, and the command that repeats it.
/// </summary>
internal static class HeaderSection
{
    /// <summary>Writes the head of the page, with the controls that the script brings to life.</summary>
    public static void Write(MarkupWriter writer, ReportView view)
    {
        BenchmarkReport report = view.Report;
        using (writer.Element("header"))
        {
            using (writer.Element("div", ("class", "headline")))
            {
                writer.Leaf("h1", report.Title);
                writer.Leaf("span", report.IsComplete ? "complete" : "stopped early",
                    ("class", report.IsComplete ? "badge good" : "badge bad"));
                writer.Leaf("button", "Theme", ("id", "theme"), ("type", "button"), ("class", "needs-script"));
            }
            if (!report.IsComplete)
                writer.Leaf("p", "It was stopped before all rounds were made; these are the rounds until then.");
            using (writer.Element("dl", ("class", "facts")))
            {
                foreach ((string name, string value) in Facts(report))
                {
                    using (writer.Element("div"))
                    {
                        writer.Leaf("dt", name);
                        writer.Leaf("dd", value);
                    }
                }
            }
            CopyBox.Write(writer, report.Command, "Copy the command");
        }
        WriteFilters(writer, view);
        writer.Break();
    }

    private static IEnumerable<(string Name, string Value)> Facts(BenchmarkReport report)
    {
        MachineFacts machine = report.Machine;
        yield return ("Begun", report.StartedAt.ToString("yyyy-MM-dd HH:mm:ss zzz", CultureInfo.InvariantCulture));
        yield return ("Took", Figures.Duration(report.DurationSeconds));
        yield return ("Processor", machine.Cores == 1 ? $"{machine.Processor}, 1 core"
            : FormattableString.Invariant($"{machine.Processor}, {machine.Cores} cores"));
        yield return ("Memory", Figures.Bytes(machine.MemoryBytes));
        yield return ("Kernel", machine.Kernel);
        yield return ("iomerge", $"{machine.Version}, {machine.Runtime}");
        if (machine.Tools.Count > 0)
            yield return ("Tools", string.Join(", ", machine.Tools));
    }

    private static void WriteFilters(MarkupWriter writer, ReportView view)
    {
        if (view.Blocks.Sum(block => block.Groups.Count) < 2)
            return;
        using (writer.Element("nav", ("class", "filters needs-script"), ("aria-label", "What is shown")))
        {
            WriteSelect(writer, "store", "Store", view.Blocks.Select(
                block => (Anchors.OfStore(block), $"{block.Store.Name}, {block.KindText}")));
            WriteSelect(writer, "workload", "Workload", view.Blocks.SelectMany(block => block.Groups)
                .Select(group => (Key: Anchors.OfWorkload(view, group), group.Workload.Name))
                .DistinctBy(workload => workload.Key));
        }
    }

    private static void WriteSelect(
        MarkupWriter writer, string id, string label, IEnumerable<(string Key, string Name)> choices)
    {
        using (writer.Element("label"))
        {
            writer.Leaf("span", label);
            using (writer.Element("select", ("id", $"only-{id}"), ("data-filter", id)))
            {
                writer.Leaf("option", "all", ("value", ""));
                foreach ((string key, string name) in choices)
                    writer.Leaf("option", name, ("value", key));
            }
        }
    }
}
