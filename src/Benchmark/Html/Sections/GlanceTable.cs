using IoMerge.Benchmark.Html.Layout;
using IoMerge.Benchmark.Html.Page;
using IoMerge.Benchmark.Html.View;

namespace IoMerge.Benchmark.Html.Sections;

/// <summary>
/// All workloads and strategies of a store in one table: throughput, and how many times the baseline it is, with a tint
/// that says the same at a glance.
/// </summary>
internal static class GlanceTable
{
    /// <summary>Writes the table.</summary>
    public static void Write(MarkupWriter writer, ReportView view, StoreBlock block)
    {
        IReadOnlyList<StrategyView> strategies = block.Strategies;
        using (writer.Element("div", ("class", "scroll"), ("tabindex", "0")))
        using (writer.Element("table", ("class", "glance")))
        {
            writer.Leaf("caption", $"Throughput on {block.Store.Name}, and how many times {Baselines(block)} it is");
            using (writer.Element("thead"))
            using (writer.Element("tr"))
            {
                writer.Leaf("th", "Workload", ("scope", "col"));
                foreach (StrategyView strategy in strategies)
                    writer.Leaf("th", strategy.Label, ("scope", "col"), ("title", strategy.Facts.Description));
            }
            using (writer.Element("tbody"))
            {
                foreach (CellGroup group in block.Groups)
                    WriteRow(writer, view, block, group, strategies);
            }
        }
        writer.Break();
    }

    /// <summary>
    /// The class of a tint: down to <c>m4</c> for a quarter or less, up to <c>p8</c> for 16 times and more.
    /// </summary>
    public static string? Tint(double ratio)
    {
        if (!double.IsFinite(ratio) || ratio <= 0)
            return null;
        int step = (int)Math.Clamp(Math.Round(Math.Log2(ratio) * 2), -4, 8);
        return step == 0 ? null : FormattableString.Invariant($"{(step < 0 ? 'm' : 'p')}{Math.Abs(step)}");
    }

    private static void WriteRow(
        MarkupWriter writer, ReportView view, StoreBlock block, CellGroup group, IReadOnlyList<StrategyView> strategies)
    {
        double baseline = group.ThroughputOf(group.Baseline.Cell).Median;
        using (writer.Element("tr", ("data-workload", Anchors.OfWorkload(view, group))))
        {
            using (writer.Element("th", ("scope", "row")))
                writer.Leaf("a", group.Workload.Name, ("href", "#" + Anchors.Of(view, block, group)));
            foreach (StrategyView strategy in strategies)
            {
                CellView[] cells = [.. group.Cells.Where(cell => cell.Strategy == strategy)];
                if (cells.Length == 0)
                {
                    writer.Leaf("td", "–");
                    continue;
                }
                double value = group.ThroughputOf(cells[0].Cell).Median;
                bool isBest = ReferenceEquals(cells[0].Cell, group.Best.Cell);
                using (writer.Element("td", ("class", $"{Tint(value / baseline)} {(isBest ? "best" : "")}".Trim())))
                {
                    writer.Text(group.Throughput(value));
                    if (!ReferenceEquals(cells[0].Cell, group.Baseline.Cell))
                        writer.Leaf("small", Figures.Times(value, baseline));
                }
            }
        }
    }

    private static string Baselines(StoreBlock block)
    {
        string[] names = [.. block.Groups.Select(group => group.Baseline.Strategy.Label).Distinct()];
        return names.Length == 1 ? $"that of {names[0]}" : "that of the first column";
    }
}
