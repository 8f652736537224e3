using IoMerge.Benchmark.Html.Charts;
using IoMerge.Benchmark.Html.Page;
using IoMerge.Benchmark.Html.View;

namespace IoMerge.Benchmark.Html.Sections;

/// <summary>Everything about one workload on one store.</summary>
internal static class WorkloadSection
{
    /// <summary>Writes it.</summary>
    public static void Write(
        MarkupWriter writer, ReportView view, PageBudget budget, StoreBlock block, CellGroup group)
    {
        string anchor = Anchors.Of(view, block, group);
        using (writer.Element("article", ("class", "workload"), ("id", anchor),
            ("data-workload", Anchors.OfWorkload(view, group)), ("aria-labelledby", anchor + "-title")))
        {
            using (writer.Element("h3", ("id", anchor + "-title")))
            {
                writer.Text(group.Workload.Name);
                writer.Leaf("small", " on " + block.Store.Name);
            }
            if (group.Workload.Description.Length > 0)
                writer.Leaf("p", group.Workload.Description, ("class", "quiet"));
            WriteErrors(writer, group);
            using (writer.Element("div", ("class", "grid")))
            {
                WorkloadCharts.WriteThroughput(writer, group, budget);
                WorkloadCharts.WriteLatency(writer, group, budget);
                WorkloadCharts.WriteMerging(writer, group, budget);
                WorkloadCharts.WriteRefusals(writer, group, budget);
                WorkloadCharts.WriteCpu(writer, group, budget);
                WorkloadCharts.WriteFairness(writer, group, budget);
            }
            WriteDepth(writer, budget, group);
            WritePictures(writer, budget, group);
            using (writer.Element("details"))
            {
                writer.Leaf("summary", "All figures as tables");
                FiguresTable.Write(writer, group);
            }
        }
        writer.Break();
    }

    private static void WriteErrors(MarkupWriter writer, CellGroup group)
    {
        string[] failed =
        [
            .. group.Cells.Where(view => view.Cell.Errors > 0)
                .Select(view => FormattableString.Invariant($"{view.Cell.Errors} with {view.Strategy.Label}")),
        ];
        if (failed.Length > 0)
            writer.Leaf("p", $"Requests failed: {string.Join(", ", failed)}.", ("class", "alarm"));
    }

    private static void WriteDepth(MarkupWriter writer, PageBudget budget, CellGroup group)
    {
        CellView[] watched = [.. group.Cells.Where(view => budget.DrawsQueueOf(view.Cell))];
        if (watched.Length == 0)
            return;
        using (writer.Element("details", ("open", "")))
        {
            writer.Leaf("summary", "Queue depth over time");
            Legend.Write(writer,
            [
                new LegendEntry("requests that wait for dispatch", "plain", Legend.Square, "area"),
                new LegendEntry("operations at the store", "plain", Legend.Line, "flight"),
            ]);
            var chart = DepthChart.Fitting(watched.Select(view => view.Cell.QueueDepth));
            using (writer.Element("div", ("class", "grid")))
            {
                foreach (CellView view in watched)
                    chart.Write(writer, view.Strategy, view.Cell.QueueDepth, budget.DepthPoints);
            }
            WriteLeft(writer, "queues", group.Cells.Count(view => view.Cell.QueueDepth.Count > 0) - watched.Length);
        }
    }

    private static void WritePictures(MarkupWriter writer, PageBudget budget, CellGroup group)
    {
        CellView[] drawn = [.. group.Cells.Where(view => budget.DrawsPictureOf(view.Cell))];
        if (drawn.Length == 0)
            return;
        using (writer.Element("section", ("class", "elevator")))
        {
            writer.Leaf("h4", "The elevator's picture");
            Legend.Write(writer,
            [
                new LegendEntry("a read arrives", "plain", "M11 1v10", "tick read"),
                new LegendEntry("a write arrives", "plain", "M9 11l3 -10", "tick write"),
                new LegendEntry("a read operation, from dispatch to end", "plain", Legend.Square, "op read"),
                new LegendEntry("a write operation", "plain", Legend.Square, "op write"),
            ]);
            foreach (CellView view in drawn)
                WritePicture(writer, budget, group, view, drawn.Length);
            WriteLeft(writer, "pictures",
                group.Cells.Count(view => PageBudget.HasPicture(view.Cell)) - drawn.Length);
        }
    }

    private static void WriteLeft(MarkupWriter writer, string what, int count)
    {
        if (count > 0)
        {
            writer.Leaf("p", FormattableString.Invariant(
                $"The {what} of {count} more are in the saved report; this page has no room for them."),
                ("class", "quiet"));
        }
    }

    private static void WritePicture(
        MarkupWriter writer, PageBudget budget, CellGroup group, CellView view, int count)
    {
        bool isCompared = count <= 2 || ReferenceEquals(view.Cell, group.Best.Cell)
            || ReferenceEquals(view.Cell, group.Baseline.Cell);
        using (writer.Element("details", ("open", isCompared ? "" : null)))
        {
            writer.Leaf("summary", view.Strategy.Label);
            ElevatorChart.Write(writer, view.Strategy, view.Cell.Picture!, budget.OperationsPerPicture);
        }
    }
}
