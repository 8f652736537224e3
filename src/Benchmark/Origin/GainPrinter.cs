using IoMerge.Benchmark.Output;
using IoMerge.Benchmark.Results;
using Spectre.Console;

namespace IoMerge.Benchmark.Origin;

/// <summary>
/// Prints below a report of the origin's table what merging gained, beside what the patches gained in 2013.
/// </summary>
public static class GainPrinter
{
    /// <summary>Prints the table; nothing when no row is whole.</summary>
    public static void Print(IAnsiConsole console, BenchmarkReport report)
    {
        ArgumentNullException.ThrowIfNull(console);
        IReadOnlyList<OriginGain> gains = OriginGain.Of(report);
        if (gains.Count == 0)
            return;
        console.WriteLine();
        console.MarkupLine("[bold]What it gains[/]: patched/original in 2013, and here");
        Table table = new Table().Border(TableBorder.Rounded).AddColumn("workload");
        foreach (string heading in (string[])["2013", "patched/original", "merged/original", "goal"])
            table.AddColumn(new TableColumn(heading).RightAligned());
        foreach (OriginGain gain in gains)
        {
            table.AddRow(gain.Workload, Figure.Ratio(gain.Gain2013), Figure.Ratio(gain.PatchedByOriginal),
                Figure.Ratio(gain.MergedByOriginal), gain.IsMet ? "[green]met[/]" : "[yellow]missed[/]");
        }
        console.Write(table);
        console.MarkupLine("[dim]Goal: merged at least patched, patched at least original, beyond the noise; and "
            + "merged/original above the gain of 2013.[/]");
    }
}
