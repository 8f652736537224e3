using IoMerge.Benchmark.Html.Charts;
using IoMerge.Benchmark.Html.Layout;
using IoMerge.Benchmark.Html.Page;
using IoMerge.Benchmark.Html.View;
using IoMerge.Benchmark.Results;

namespace IoMerge.Benchmark.Html.Sections;

/// <summary>Turns the cells of one workload into charts. A chart for which nothing was measured is left out.</summary>
internal static class WorkloadCharts
{
    /// <summary>Writes the throughput of each strategy.</summary>
    public static void WriteThroughput(MarkupWriter writer, CellGroup group, PageBudget budget)
    {
        double baseline = group.ThroughputOf(group.Baseline.Cell).Median;
        var bars = new List<Bar>();
        foreach (CellView view in group.Cells)
        {
            Measure measure = group.ThroughputOf(view.Cell);
            bool isBaseline = ReferenceEquals(view.Cell, group.Baseline.Cell);
            string value = group.Throughput(measure.Median)
                + (isBaseline || group.Cells.Count == 1 ? "" : $" · {Figures.Times(measure.Median, baseline)}");
            ReferenceFigure? published = group.References.FirstOrDefault(
                figure => figure.Strategy == view.Strategy.Facts.Name);
            string tip = $"{view.Strategy.Label}: {Figures.PerSecond(view.Cell.Iops.Median)}, "
                + $"{Figures.BytesPerSecond(view.Cell.BytesPerSecond.Median)}; 95 % interval "
                + $"{group.Throughput(measure.Low)} to {group.Throughput(measure.High)}, {Rounds(measure)}"
                + (published is null ? "" : $"; published {Figures.BytesPerSecond(published.BytesPerSecond)}");
            bars.Add(new Bar(new ChartRow(view.Strategy, value, Tip(budget, tip), IsBest(group, view)),
                measure.Median, measure, published?.BytesPerSecond));
        }
        string subtitle = (group.Cells.Count == 1 ? "Median and 95 % interval"
            : $"Median, 95 % interval, and times {group.Baseline.Strategy.Label}")
            + (group.References.Count > 0 ? "; diamonds are published figures" : "");
        BarChart.Write(writer, "Throughput", subtitle, bars,
            group.Throughput, group.IsInBytes ? "bytes per second" : "requests per second",
            group.Cells.Count == 1 ? null : baseline);
    }

    /// <summary>Writes how long callers waited: percentiles, and whole distributions.</summary>
    public static void WriteLatency(MarkupWriter writer, CellGroup group, PageBudget budget)
    {
        (CellView View, LatencyDistribution Latency)[] cells =
            [.. group.Cells.Where(view => view.Cell.Latency is not null).Select(view => (view, view.Cell.Latency!))];
        if (cells.Length == 0)
            return;
        RangeChart.Write(writer, "Latency", "Dot p50, bar to p99, notch p99.9, line to the longest",
            [.. cells.Select(cell => new TimeRange(LatencyRow(cell.View, cell.Latency, budget), cell.Latency))]);
        (StrategyView, LatencyDistribution)[] curves =
        [
            .. cells.Where(cell => cell.Latency.Curve.Count > 0).Select(cell => (cell.View.Strategy, cell.Latency)),
        ];
        if (curves.Length > 0)
            CurveChart.Write(writer, "Latency distribution", curves, budget);
    }

    /// <summary>Writes how much merged, against the most that could have.</summary>
    public static void WriteMerging(MarkupWriter writer, CellGroup group, PageBudget budget)
    {
        var bars = new List<Bar>();
        foreach (CellView view in group.Cells)
        {
            if (view.Cell.Merging is not { } merging)
                continue;
            MergeFacts? best = view.Cell.Optimal;
            double? optimum = best?.OptimalOperations is { } fewest ? (double)best.Requests / fewest : null;
            string value = Figures.Plain(merging.MergeRatio)
                + (optimum is null ? "" : $" of {Figures.Plain(optimum.Value)}");
            string tip = $"{view.Strategy.Label}: {Figures.Count(merging.Requests)} requests in "
                + $"{Figures.Count(merging.Operations)} operations"
                + (best?.OptimalOperations is { } least
                    ? $"; the fewest possible {Figures.Count(least)}, "
                        + $"{Figures.Times(best.Operations, least)} as many were needed"
                        + (best == merging ? "" : " in a look after the rounds") : "")
                + (merging.GapBytes > 0 ? $"; {Figures.Bytes(merging.GapBytes)} read only to bridge gaps" : "");
            bars.Add(new Bar(new ChartRow(view.Strategy, value, Tip(budget, tip)), merging.MergeRatio, Mark: optimum));
        }
        if (bars.Count > 0)
        {
            BarChart.Write(writer, "Merge ratio", bars.Exists(bar => bar.Mark is not null)
                ? "Requests in one operation; diamonds: the most possible"
                : "Requests in one operation", bars, Figures.Plain, "requests per operation");
        }
    }

    /// <summary>Writes why operations did not grow further.</summary>
    public static void WriteRefusals(MarkupWriter writer, CellGroup group, PageBudget budget)
    {
        string[] reasons = RefusalReasons.Of(group);
        var stacks = new List<Stack>();
        foreach (CellView view in group.Cells)
        {
            if (view.Cell.Merging is not { Refusals.Count: > 0 } merging)
                continue;
            double all = merging.Refusals.Values.Sum(count => (double)count);
            StackPart[] parts =
            [
                .. reasons.Select(reason => (Reason: reason, Count: merging.Refusals.GetValueOrDefault(reason)))
                    .Select(part => new StackPart(part.Count / all, RefusalReasons.ClassOf(part.Reason),
                        Tip(budget, $"{part.Reason}: {Figures.Percent(part.Count / all)}, "
                            + $"{Figures.Count(part.Count)} times"))),
            ];
            stacks.Add(new Stack(
                new ChartRow(view.Strategy, $"{Figures.Count(all)} times", Tip(budget, view.Strategy.Label)), parts));
        }
        if (stacks.Count > 0)
        {
            StackChart.Write(writer, "Why not merged", "What stopped an operation from growing further", stacks,
                "of all refusals",
                () => Legend.Write(writer, reasons.Select(reason => new LegendEntry(
                    reason, RefusalReasons.ClassOf(reason), Legend.Square, "part"))));
        }
    }

    /// <summary>Writes the processor time of a request.</summary>
    public static void WriteCpu(MarkupWriter writer, CellGroup group, PageBudget budget)
    {
        Bar[] bars =
        [
            .. group.Cells.Where(view => view.Cell.CpuUsPerRequest is not null).Select(view =>
            {
                Measure cpu = view.Cell.CpuUsPerRequest!;
                string value = Figures.Time(cpu.Median);
                string tip = $"{view.Strategy.Label}: {value}; 95 % interval {Figures.Time(cpu.Low)} to "
                    + $"{Figures.Time(cpu.High)}, {Rounds(cpu)}";
                return new Bar(new ChartRow(view.Strategy, value, Tip(budget, tip)), cpu.Median, cpu);
            }),
        ];
        if (bars.Length > 0)
        {
            BarChart.Write(writer, "Processor time", "Of the server; less is better", bars, Figures.Time,
                "processor time per request");
        }
    }

    /// <summary>Writes how the callers fared beside each other.</summary>
    public static void WriteFairness(MarkupWriter writer, CellGroup group, PageBudget budget)
    {
        const int MaxCallers = 32;
        var stacks = new List<Stack>();
        foreach (CellView view in group.Cells)
        {
            if (view.Cell.Fairness is not { } fairness)
                continue;
            double all = Math.Max(1, fairness.Callers.Sum(caller => (double)caller.Bytes));
            var parts = fairness.Callers.Take(MaxCallers).Select((caller, i) => new StackPart(
                caller.Bytes / all, i % 2 == 0 ? "own" : "own pale",
                Tip(budget, $"{caller.Name}: {Figures.Percent(caller.Bytes / all)} of the bytes, mean "
                    + $"{Figures.Time(caller.MeanUs)}, p99 {Figures.Time(caller.P99Us)}"))).ToList();
            if (fairness.Callers.Count > MaxCallers)
            {
                parts.Add(new StackPart(1 - parts.Sum(part => part.Fraction), "r9",
                    FormattableString.Invariant($"{fairness.Callers.Count - MaxCallers} more callers")));
            }
            string tip = FormattableString.Invariant(
                $"{view.Strategy.Label}: {fairness.Callers.Count} callers, Jain's index {fairness.JainIndex:0.###}");
            stacks.Add(new Stack(
                new ChartRow(view.Strategy, $"Jain {Figures.Plain(fairness.JainIndex)}", Tip(budget, tip)), parts));
        }
        if (stacks.Count > 0)
        {
            StackChart.Write(writer, "Fairness", "Each caller's part; Jain's index is 1 when all are equal", stacks,
                "of all bytes");
        }
    }

    private static ChartRow LatencyRow(CellView view, LatencyDistribution latency, PageBudget budget)
    {
        string tip = $"{view.Strategy.Label}: mean {Figures.Time(latency.MeanUs)}, p50 {Figures.Time(latency.P50Us)}, "
            + $"p99 {Figures.Time(latency.P99Us)}, p99.9 {Figures.Time(latency.P999Us)}, longest "
            + Figures.Time(latency.MaxUs);
        return new ChartRow(
            view.Strategy, $"{Figures.Time(latency.P50Us)} · p99 {Figures.Time(latency.P99Us)}", Tip(budget, tip));
    }

    private static string? Tip(PageBudget budget, string text) => budget.HasTips ? text : null;

    private static bool IsBest(CellGroup group, CellView view) =>
        group.Cells.Count > 1 && ReferenceEquals(group.Best.Cell, view.Cell);

    private static string Rounds(Measure measure) => measure.Rounds.Count == 1
        ? "1 round" : FormattableString.Invariant($"{measure.Rounds.Count} rounds");
}
