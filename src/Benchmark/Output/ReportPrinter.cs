using IoMerge.Benchmark.Results;
using Spectre.Console;

namespace IoMerge.Benchmark.Output;

/// <summary>
/// Prints a report for a person: tables for each store, what could not be run, and what to choose. It takes a report
/// however it was made, and decides nothing.
/// </summary>
public static class ReportPrinter
{
    /// <summary>Prints everything.</summary>
    /// <param name="console">Where to; its width decides how many columns stand beside each other.</param>
    /// <param name="report">What was found out.</param>
    public static void Print(IAnsiConsole console, BenchmarkReport report)
    {
        ArgumentNullException.ThrowIfNull(console);
        ArgumentNullException.ThrowIfNull(report);
        console.MarkupLineInterpolated($"[bold]{report.Title}[/]");
        MachineFacts machine = report.Machine;
        console.MarkupLineInterpolated(
            $"[dim]{machine.Processor}, {machine.Cores} cores, {machine.Kernel}, {machine.Runtime}[/]");
        if (!report.IsComplete)
            console.MarkupLine("[yellow]Stopped before all rounds were made; this is what was measured until then.[/]");
        foreach (StoreFacts store in report.Stores.Where(s => report.Cells.Any(cell => cell.Store == s.Name)))
            PrintStore(console, report, store);
        if (report.Cells.Count == 0)
            console.MarkupLine("[yellow]Nothing was measured.[/]");
        PrintReferences(console, report);
        PrintRemarks(console, report);
        foreach (Recommendation recommendation in report.Recommendations)
            PrintRecommendation(console, recommendation);
    }

    private static void PrintStore(IAnsiConsole console, BenchmarkReport report, StoreFacts store)
    {
        RunKind kind = report.Cells.First(cell => cell.Store == store.Name).Kind;
        console.WriteLine();
        console.MarkupLineInterpolated($"[bold]{store.Name}[/]: {store.Description} [dim]({Describe(kind)})[/]");
        foreach (Table table in ThroughputTable.Of(report, store.Name, console.Profile.Width))
            console.Write(table);
        int rounds = report.Cells.Where(cell => cell.Store == store.Name).Max(cell => cell.Iops.Rounds.Count);
        string interval = rounds switch
        {
            1 => "One round",
            < 6 => $"Medians of {rounds} rounds (smallest–largest)",
            _ => $"Medians of {rounds} rounds (95 % confidence)",
        };
        console.MarkupLineInterpolated($"[dim]{interval}; * the fastest, ~ as fast within the noise.[/]");
        console.WriteLine();
        console.MarkupLine("What merged, and why not:");
        foreach (Table table in ReasonsTable.Of(report, store.Name, console.Profile.Width))
            console.Write(table);
    }

    private static void PrintReferences(IAnsiConsole console, BenchmarkReport report)
    {
        foreach (IGrouping<string, ReferenceFigure> source in report.References.GroupBy(figure => figure.Source))
        {
            console.WriteLine();
            console.MarkupLineInterpolated($"[bold]Published: {source.Key}[/]");
            Table table = new Table().Border(TableBorder.Rounded).AddColumn("workload");
            string[] columns = [.. source.Select(figure => figure.Strategy).Distinct()];
            foreach (string column in columns)
                table.AddColumn(new TableColumn(Markup.Escape(column)).RightAligned());
            foreach (IGrouping<string, ReferenceFigure> row in source.GroupBy(figure => figure.Workload))
            {
                table.AddRow([Markup.Escape(row.Key), .. columns.Select(column =>
                    row.FirstOrDefault(figure => figure.Strategy == column) is { } figure
                        ? Figure.Rate(figure.BytesPerSecond) : "–")]);
            }
            console.Write(table);
        }
    }

    private static void PrintRemarks(IAnsiConsole console, BenchmarkReport report)
    {
        if (report.LeftOut.Count + report.Notes.Count > 0)
            console.WriteLine();
        foreach (LeftOut leftOut in report.LeftOut)
            console.MarkupLineInterpolated($"[yellow]Not run:[/] {leftOut.What}: {leftOut.Why} {leftOut.WayOut}");
        foreach (string note in report.Notes)
            console.MarkupLineInterpolated($"[dim]Note:[/] {note}");
    }

    private static void PrintRecommendation(IAnsiConsole console, Recommendation recommendation)
    {
        console.WriteLine();
        console.MarkupLineInterpolated(
            $"[bold]{recommendation.Workload} on {recommendation.Store}: {recommendation.Strategy}[/]");
        foreach (string reason in recommendation.Reasons)
            console.MarkupLineInterpolated($"  {reason}");
        console.MarkupLine("  In appsettings.json:");
        console.WriteLine(recommendation.Settings);
    }

    private static string Describe(RunKind kind) => kind switch
    {
        RunKind.Mounted => "through a mount",
        RunKind.InProcess => "in process, without FUSE",
        RunKind.Replayed => "replayed in real time",
        _ => "replayed in virtual time",
    };
}
