using System.Globalization;
using IoMerge.Benchmark.Results;
using nietras.SeparatedValues;

namespace IoMerge.Benchmark.Output;

/// <summary>
/// Writes a report as CSV for machines: one line for each cell and round, commas, quotes as RFC 4180 has them, a point
/// in numbers, LF. What is known only of all rounds together stands in each of their lines; what is unknown is empty.
/// </summary>
public static class ReportCsv
{
    /// <summary>The names of the columns, in their order.</summary>
    public static IReadOnlyList<string> Columns { get; } =
    [
        "store", "workload", "strategy", "strategy_kind", "run", "complete", "round",
        "iops", "bytes_per_second", "cpu_us_per_request",
        "iops_median", "iops_low", "iops_high", "latency_mean_us", "latency_p50_us", "latency_p99_us",
        "latency_p999_us", "latency_max_us", "requests", "operations", "optimal_operations",
        "operations_per_optimum", "merge_ratio", "bytes_requested", "bytes_moved", "gap_bytes", "refusals",
        "jain_index", "errors", "system_calls_per_request",
    ];

    /// <summary>The whole text, with its header.</summary>
    public static string Write(BenchmarkReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        using SepWriter writer = Sep.New(',').Writer(options => options with
        {
            Escape = true,
            CultureInfo = CultureInfo.InvariantCulture,
        }).ToText();
        Dictionary<string, StrategyKind> kinds = report.Strategies.ToDictionary(s => s.Name, s => s.Kind);
        foreach (Cell cell in report.Cells)
        {
            string kind = kinds.TryGetValue(cell.Strategy, out StrategyKind known) ? known.ToString() : "";
            for (int round = 0; round < cell.Iops.Rounds.Count; round++)
                WriteLine(writer, [.. Fields(report, cell, kind, round)]);
        }
        string lines = writer.ToString();
        return lines.Length > 0 ? lines.ReplaceLineEndings("\n") : string.Join(',', Columns) + "\n";
    }

    private static void WriteLine(SepWriter writer, string[] fields)
    {
        using SepWriter.Row row = writer.NewRow();
        for (int i = 0; i < fields.Length; i++)
            row[Columns[i]].Set(fields[i]);
    }

    private static IEnumerable<string> Fields(BenchmarkReport report, Cell cell, string kind, int round)
    {
        LatencyDistribution? latency = cell.Latency;
        MergeFacts? merging = cell.Merging;
        return
        [
            cell.Store, cell.Workload, cell.Strategy, kind, cell.Kind.ToString(), report.IsComplete ? "true" : "false",
            Text(round + 1), Text(cell.Iops.Rounds[round]), At(cell.BytesPerSecond, round),
            At(cell.CpuUsPerRequest, round),
            Text(cell.Iops.Median), Text(cell.Iops.Low), Text(cell.Iops.High), Text(latency?.MeanUs),
            Text(latency?.P50Us), Text(latency?.P99Us), Text(latency?.P999Us), Text(latency?.MaxUs),
            Text(merging?.Requests), Text(merging?.Operations), Text(merging?.OptimalOperations),
            Text(cell.OperationsPerOptimum),
            Text(merging?.MergeRatio), Text(merging?.BytesRequested), Text(merging?.BytesMoved),
            Text(merging?.GapBytes), string.Join(';', (merging?.Refusals ?? new Dictionary<string, long>())
                .Select(refusal => $"{refusal.Key}={refusal.Value}")),
            Text(cell.Fairness?.JainIndex), Text(cell.Errors), Text(cell.SystemCallsPerRequest),
        ];
    }

    private static string At(Measure? measure, int round) =>
        measure is not null && round < measure.Rounds.Count ? Text(measure.Rounds[round]) : "";

    private static string Text(double? value) => value?.ToString("R", CultureInfo.InvariantCulture) ?? "";

    private static string Text(long? value) => value?.ToString(CultureInfo.InvariantCulture) ?? "";
}
