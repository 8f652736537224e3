using IoMerge.Benchmark.Recommendations;
using IoMerge.Benchmark.Results;
using Spectre.Console;

namespace IoMerge.Benchmark.Output;

/// <summary>
/// The first table of a report, for one store: a row for each workload, a column for each strategy, the median with its
/// interval in each field. The fastest strategy is marked with <c>*</c>, what ties with it with <c>~</c>.
/// </summary>
internal static class ThroughputTable
{
    // Above this size of a request the bytes are what counts.
    private const double BytesMatterFrom = 64 * 1024;

    /// <summary>The tables of one store: as many as are needed to stay within a width.</summary>
    /// <param name="report">The report.</param>
    /// <param name="store">Which store.</param>
    /// <param name="width">Columns of the terminal.</param>
    internal static IEnumerable<Table> Of(BenchmarkReport report, string store, int width)
    {
        Cell[] cells = [.. report.Cells.Where(cell => cell.Store == store)];
        StrategyFacts[] columns = [.. report.Strategies.Where(s => cells.Any(cell => cell.Strategy == s.Name))];
        WorkloadFacts[] rows = [.. report.Workloads.Where(w => cells.Any(cell => cell.Workload == w.Name))];
        if (columns.Length == 0 || rows.Length == 0)
            yield break;
        string[][] texts = [.. rows.Select(row => Row(report, [.. cells.Where(c => c.Workload == row.Name)], columns))];
        int first = rows.Max(row => row.Name.Length + UnitOf(report, cells, row.Name).Length + 2) + 4;
        for (int from = 0; from < columns.Length;)
        {
            int to = from;
            for (int used = first; to < columns.Length; to++)
            {
                used += WidthOf(columns[to], texts, to) + 3;
                if (used > width && to > from)
                    break;
            }
            yield return Build(report, cells, rows, texts, columns, from..to);
            from = to;
        }
    }

    private static Table Build(BenchmarkReport report, Cell[] cells, WorkloadFacts[] rows, string[][] texts,
        StrategyFacts[] columns, Range range)
    {
        Table table = new Table().Border(TableBorder.Rounded).AddColumn("workload");
        foreach (StrategyFacts column in columns[range])
            table.AddColumn(new TableColumn(Heading(column)).RightAligned());
        for (int i = 0; i < rows.Length; i++)
        {
            string unit = UnitOf(report, cells, rows[i].Name);
            table.AddRow([Markup.Escape($"{rows[i].Name}, {unit}"), .. texts[i][range]]);
        }
        return table;
    }

    private static string[] Row(BenchmarkReport report, Cell[] cells, StrategyFacts[] columns)
    {
        Cell?[] fields = [.. columns.Select(column => cells.FirstOrDefault(cell => cell.Strategy == column.Name))];
        Cell? best = fields.Where((field, i) => field is not null && columns[i].Kind == StrategyKind.Strategy)
            .MaxBy(field => field!.Iops.Median);
        bool single = fields.Where((f, i) => f is not null && columns[i].Kind == StrategyKind.Strategy).Count() < 2;
        return [.. fields.Select((field, i) =>
        {
            if (field is null)
                return "[dim]–[/]";
            string text = Markup.Escape(Text(report, field));
            if (field.Errors > 0)
                text += $" [red]{Figure.Count(field.Errors)} failed[/]";
            if (best is null || single || columns[i].Kind != StrategyKind.Strategy)
                return text + "  ";
            if (field == best)
                return $"[bold green]{text} *[/]";
            return Comparison.IsTie(best.Iops, field.Iops) ? $"[green]{text} ~[/]" : text + "  ";
        })];
    }

    private static string Text(BenchmarkReport report, Cell cell) => ShowsBytes(report, cell)
        ? Figure.WithInterval(cell.BytesPerSecond, Figure.Megabytes)
        : Figure.WithInterval(cell.Iops, Figure.Count);

    private static string UnitOf(BenchmarkReport report, Cell[] cells, string workload) =>
        ShowsBytes(report, cells.First(cell => cell.Workload == workload)) ? "MB/s" : "requests/s";

    // Decided for a whole row, by what one of its requests asks for.
    private static bool ShowsBytes(BenchmarkReport report, Cell cell) =>
        report.References.Any(reference => reference.Workload == cell.Workload)
        || (cell.Iops.Median > 0 && cell.BytesPerSecond.Median / cell.Iops.Median >= BytesMatterFrom);

    private static string Heading(StrategyFacts column)
    {
        string name = Markup.Escape(column.Name);
        return column.Kind == StrategyKind.Strategy ? name : $"[dim]{name}[/]";
    }

    private static int WidthOf(StrategyFacts column, string[][] texts, int index) =>
        Math.Max(column.Name.Length, texts.Max(row => Markup.Remove(row[index]).Length));
}
