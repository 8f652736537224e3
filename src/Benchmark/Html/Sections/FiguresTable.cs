using System.Globalization;
using IoMerge.Benchmark.Html.Layout;
using IoMerge.Benchmark.Html.Page;
using IoMerge.Benchmark.Html.View;
using IoMerge.Benchmark.Results;

namespace IoMerge.Benchmark.Html.Sections;

/// <summary>Every figure of a workload as text: what the charts show, for those who do not see them.</summary>
internal static class FiguresTable
{
    private static readonly (string Name, Func<Cell, string> Text)[] s_columns =
    [
        ("Requests/s", cell => Figures.PerSecond(cell.Iops.Median)),
        ("95 % interval", cell => cell.Iops.Rounds.Count < 2
            ? "–" : $"{Figures.PerSecond(cell.Iops.Low)} – {Figures.PerSecond(cell.Iops.High)}"),
        ("Rounds", cell => Whole(cell.Iops.Rounds.Count)),
        ("Bytes/s", cell => Figures.BytesPerSecond(cell.BytesPerSecond.Median)),
        ("Mean", cell => Time(cell.Latency?.MeanUs)),
        ("p50", cell => Time(cell.Latency?.P50Us)),
        ("p99", cell => Time(cell.Latency?.P99Us)),
        ("p99.9", cell => Time(cell.Latency?.P999Us)),
        ("Longest", cell => Time(cell.Latency?.MaxUs)),
        ("CPU/request", cell => Time(cell.CpuUsPerRequest?.Median)),
        ("System calls/request", cell => cell.SystemCallsPerRequest is { } calls ? Figures.Plain(calls) : "–"),
        ("Requests", cell => Whole(cell.Merging?.Requests)),
        ("Operations", cell => Whole(cell.Merging?.Operations)),
        ("Operations/optimum", cell => cell.OperationsPerOptimum is { } times ? Figures.Plain(times) : "–"),
        ("Requests/operation", cell => cell.Merging is { } merging ? Figures.Plain(merging.MergeRatio) : "–"),
        ("Joined behind", cell => Whole(cell.Merging?.BackMerges)),
        ("in front", cell => Whole(cell.Merging?.FrontMerges)),
        ("by overlap", cell => Whole(cell.Merging?.OverlapMerges)),
        ("across a gap", cell => Whole(cell.Merging?.GapMerges)),
        ("Bytes of gaps", cell => cell.Merging is { } merging ? Figures.Bytes(merging.GapBytes) : "–"),
        ("Bytes moved/asked", cell => cell.Merging is { } merging
            ? Figures.Times(merging.BytesMoved, merging.BytesRequested) : "–"),
        ("Fairness", cell => cell.Fairness is { } fairness ? Figures.Plain(fairness.JainIndex) : "–"),
        ("Errors", cell => Whole(cell.Errors)),
    ];

    /// <summary>Writes the tables of a workload.</summary>
    public static void Write(MarkupWriter writer, CellGroup group)
    {
        // A column in which nobody has anything is left out.
        (string Name, Func<Cell, string> Text)[] columns =
            [.. s_columns.Where(column => group.Cells.Any(view => column.Text(view.Cell) != "–"))];
        DataTable.Write(writer, "Figures", ["Strategy", .. columns.Select(column => column.Name)],
            group.Cells.Select(view => (string[])
                [view.Strategy.Label, .. columns.Select(column => column.Text(view.Cell))]));
        WriteRefusals(writer, group);
        WriteCallers(writer, group);
    }

    private static void WriteRefusals(MarkupWriter writer, CellGroup group)
    {
        CellView[] rows = [.. group.Cells.Where(view => view.Cell.Merging?.Refusals.Count > 0)];
        string[] reasons = RefusalReasons.Of(group);
        if (reasons.Length > 0)
        {
            DataTable.Write(writer, "How often an operation could not grow, by reason", ["Strategy", .. reasons],
                rows.Select(view => (string[])
                [
                    view.Strategy.Label,
                    .. reasons.Select(reason => Whole(view.Cell.Merging!.Refusals.GetValueOrDefault(reason))),
                ]));
        }
    }

    private static void WriteCallers(MarkupWriter writer, CellGroup group)
    {
        const int MaxRows = 64;
        (string Strategy, CallerFacts Caller)[] callers =
        [
            .. group.Cells.Where(view => view.Cell.Fairness is not null)
                .SelectMany(view => view.Cell.Fairness!.Callers.Select(caller => (view.Strategy.Label, caller))),
        ];
        if (callers.Length is 0 or > MaxRows)
            return;
        DataTable.Write(writer, "Callers", ["Strategy", "Caller", "Requests", "Bytes", "Mean", "p99"],
            callers.Select(row => (string[])
            [
                row.Strategy, row.Caller.Name, Whole(row.Caller.Requests), Figures.Bytes(row.Caller.Bytes),
                Figures.Time(row.Caller.MeanUs), Figures.Time(row.Caller.P99Us),
            ]), wordColumns: [1]);
    }

    private static string Time(double? microseconds) => microseconds is { } time ? Figures.Time(time) : "–";

    private static string Whole(long? count) =>
        count is { } whole ? whole.ToString("#,0", CultureInfo.InvariantCulture).Replace(',', '\u202F') : "–";
}
