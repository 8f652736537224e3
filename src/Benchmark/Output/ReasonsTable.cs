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

    // Below it, lines of one table would break within their numbers; a column more takes more.
    private const int WidthOfOne = 150;
    private const int WidthOfCalls = 15;

    private static readonly Column[] s_merging =
    [
        new("requests\nper op", cell => cell.Merging is { } merging ? Figure.Ratio(merging.MergeRatio) : "–"),
        new("ops per\noptimum", cell => cell.OperationsPerOptimum is { } times ? Figure.Ratio(times) : "–"),
        new("did not merge", cell => cell.Merging is { } merging ? Refusals(merging) : "–", IsText: true),
        new("gap bytes", cell => cell.Merging is { } merging ? Figure.Bytes(merging.GapBytes) : "–"),
    ];

    private static readonly Column[] s_waiting =
    [
        new("p50", cell => Time(cell.Latency?.P50Us)), new("p99", cell => Time(cell.Latency?.P99Us)),
        new("p99.9", cell => Time(cell.Latency?.P999Us)), new("max", cell => Time(cell.Latency?.MaxUs)),
        new("fairness", cell => cell.Fairness is { } fairness ? Figure.Ratio(fairness.JainIndex) : "–"),
        new("CPU per\nrequest", cell => Time(cell.CpuUsPerRequest?.Median)),
    ];

    private static readonly Column s_calls = new("system calls\nper request",
        cell => cell.SystemCallsPerRequest is { } calls ? Figure.Ratio(calls) : "–");

    /// <summary>The table, in two pieces where it would not fit; none when nothing was measured.</summary>
    /// <param name="report">The report.</param>
    /// <param name="store">The store.</param>
    /// <param name="width">Columns of the terminal.</param>
    internal static IEnumerable<Table> Of(BenchmarkReport report, string store, int width)
    {
        bool hasCalls = report.Cells.Any(cell => cell.Store == store && cell.SystemCallsPerRequest is not null);
        Column[] waiting = hasCalls ? [.. s_waiting, s_calls] : s_waiting;
        int widthOfOne = WidthOfOne + (hasCalls ? WidthOfCalls : 0);
        Column[][] pieces = width >= widthOfOne ? [[.. s_merging, .. waiting]] : [s_merging, waiting];
        return pieces.Select(columns => Of(report, store, columns)).OfType<Table>();
    }

    private static Table? Of(BenchmarkReport report, string store, Column[] columns)
    {
        Table table = new Table().Border(TableBorder.Rounded).AddColumns("workload", "strategy");
        foreach (Column column in columns)
        {
            var shown = new TableColumn(column.Heading);
            table.AddColumn(column.IsText ? shown : shown.RightAligned().NoWrap());
        }
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
                table.AddRow([Markup.Escape(name), Markup.Escape(strategy.Name),
                    .. columns.Select(column => Markup.Escape(column.Value(cell)))]);
                isFirst = false;
            }
        }
        return table.Rows.Count == 0 ? null : table;
    }

    private static string Time(double? us) => us is null ? "–" : Figure.Time(us.Value);

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

    private sealed record Column(string Heading, Func<Cell, string> Value, bool IsText = false);
}
