using IoMerge.Benchmark.Results;
using Spectre.Console;

namespace IoMerge.Benchmark.Output;

/// <summary>
/// The second table of a report, for one store: what became of the requests, why they did not merge, what callers
/// waited and what it cost. A row for each workload and column of the first table.
/// </summary>
internal static class ReasonsTable
{
    private const int MostRefusals = 3;

    internal static Table? Of(BenchmarkReport report, string store)
    {
        Table table = new Table().Border(TableBorder.Rounded).AddColumns(
            new TableColumn("workload"), new TableColumn("strategy"),
            new TableColumn("requests\nper op").RightAligned(), new TableColumn("ops per\noptimum").RightAligned(),
            new TableColumn("did not merge"), new TableColumn("gap bytes").RightAligned(),
            new TableColumn("p50").RightAligned(), new TableColumn("p99").RightAligned(),
            new TableColumn("p99.9").RightAligned(), new TableColumn("max").RightAligned(),
            new TableColumn("fairness").RightAligned(), new TableColumn("CPU per\nrequest").RightAligned());
        foreach (WorkloadFacts workload in report.Workloads)
        {
            bool isFirst = true;
            foreach (StrategyFacts strategy in report.Strategies)
            {
                Cell? cell = report.Cells.FirstOrDefault(cell =>
                    cell.Store == store && cell.Workload == workload.Name && cell.Strategy == strategy.Name);
                if (cell is null)
                    continue;
                if (isFirst && table.Rows.Count > 0)
                    table.AddEmptyRow();
                string name = isFirst ? workload.Name : "";
                table.AddRow([Markup.Escape(name), Markup.Escape(strategy.Name), .. Fields(cell)]);
                isFirst = false;
            }
        }
        return table.Rows.Count == 0 ? null : table;
    }

    private static string[] Fields(Cell cell)
    {
        MergeFacts? merging = cell.Merging;
        LatencyDistribution? latency = cell.Latency;
        return
        [
            merging is null ? "–" : Figure.Ratio(merging.MergeRatio),
            merging?.OptimalOperations is { } optimum and > 0
                ? Figure.Ratio((double)merging.Operations / optimum) : "–",
            merging is null ? "–" : Markup.Escape(Refusals(merging)),
            merging is null ? "–" : Figure.Bytes(merging.GapBytes),
            latency is null ? "–" : Figure.Time(latency.P50Us),
            latency is null ? "–" : Figure.Time(latency.P99Us),
            latency is null ? "–" : Figure.Time(latency.P999Us),
            latency is null ? "–" : Figure.Time(latency.MaxUs),
            cell.Fairness is null ? "–" : Figure.Ratio(cell.Fairness.JainIndex),
            cell.CpuUsPerRequest is null ? "–" : Figure.Time(cell.CpuUsPerRequest.Median),
        ];
    }

    /// <summary>
    /// The most frequent reasons, with their part of all that was refused: <c>Gap 80 %, Size 20 %</c>.
    /// </summary>
    internal static string Refusals(MergeFacts merging)
    {
        long all = merging.Refusals.Values.Sum();
        return all == 0 ? "" : string.Join(", ", merging.Refusals
            .OrderByDescending(refusal => refusal.Value).ThenBy(refusal => refusal.Key, StringComparer.Ordinal)
            .Take(MostRefusals)
            .Select(refusal => (refusal.Key, Percent: Math.Round(100.0 * refusal.Value / all)))
            .Where(refusal => refusal.Percent >= 1)
            .Select(refusal => $"{refusal.Key} {refusal.Percent:F0} %"));
    }
}
