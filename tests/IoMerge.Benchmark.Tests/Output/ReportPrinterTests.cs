using IoMerge.Benchmark.Output;
using IoMerge.Benchmark.Results;
using Spectre.Console;

namespace IoMerge.Benchmark.Tests.Output;

/// <summary>What a person sees of a report.</summary>
public sealed class ReportPrinterTests
{
    [Fact]
    public void Table_MarksTheFastest_AndWhatTiesWithIt()
    {
        string text = Print(Reports.Of(
        [
            Reports.Cell("None", "seqread", 100, 100, 100), Reports.Cell("Scan", "seqread", 300, 310, 290),
            Reports.Cell("Fifo", "seqread", 290, 315, 285),
        ]));

        string row = Row(text, "seqread, requests/s");
        Assert.Contains("300 (290–310) *", row, StringComparison.Ordinal);
        Assert.Contains("290 (285–315) ~", row, StringComparison.Ordinal);
        Assert.DoesNotContain("100 (100–100) ~", row, StringComparison.Ordinal);
    }

    [Fact]
    public void LargeRequests_AreShownAsBytes()
    {
        Cell cell = Reports.Cell("None", "big", 1000) with { BytesPerSecond = Measure.Of([1000 * 1048576.0]) };

        Assert.Contains("1049", Row(Print(Reports.Of([cell])), "big, MB/s"), StringComparison.Ordinal);
    }

    [Fact]
    public void Reasons_SayWhyItDidNotMerge()
    {
        Cell cell = Reports.Cell("Fifo", "w", 1) with { Merging = Reports.Merging(64, 8, 2, ("Gap", 3), ("Size", 1)) };

        string row = Row(Print(Reports.Of([cell])), "w  ", "Fifo");

        Assert.Contains("8.00", row, StringComparison.Ordinal);
        Assert.Contains("4.00", row, StringComparison.Ordinal);
        Assert.Contains("Gap 75 %, Size 25 %", row, StringComparison.Ordinal);
    }

    [Fact]
    public void NarrowTerminal_GetsSeveralTables_WithEveryColumnOnce()
    {
        string[] names = [.. Enumerable.Range(1, 9).Select(i => $"strategy-{i}")];
        var output = new StringWriter();
        IAnsiConsole console = ReportConsole.Create(output, isFile: true);
        console.Profile.Width = 80;

        ReportPrinter.Print(console, Reports.Of([.. names.Select(name => Reports.Cell(name, "w", 1, 2, 3))]));

        string[] lines = output.ToString().Split('\n');
        string[] headings = [.. lines.Where(line => line.StartsWith("│ workload", StringComparison.Ordinal)
            && line.Contains("strategy-", StringComparison.Ordinal))];
        Assert.True(headings.Length > 1);
        Assert.All(names, name => Assert.Single(headings, line => line.Contains(name, StringComparison.Ordinal)));
        Assert.All(lines, line => Assert.True(line.Length <= 80, line));
    }

    [Theory]
    [InlineData(80)]
    [InlineData(120)]
    [InlineData(1000)]
    public void Reasons_BreakNoNumber_HoweverNarrowTheTerminal(int width)
    {
        var latency = new LatencyDistribution(9, 52_200, 47_300, 16_300, 42_100, 72_200, []);
        Cell cell = Reports.Cell("Deadline", "randmix70-64k-qd8", 1) with
        {
            Latency = latency, CpuUsPerRequest = Measure.Of([22.4]),
            Merging = Reports.Merging(6400, 800, 200, ("Gap", 3), ("Size", 1)),
        };
        var output = new StringWriter();
        IAnsiConsole console = ReportConsole.Create(output, isFile: true);
        console.Profile.Width = width;

        ReportPrinter.Print(console, Reports.Of([cell]));

        foreach (string number in (string[])["8.00", "4.00", "47.3 ms", "16.3 ms", "42.1 ms", "72.2 ms", "22.4 µs"])
            Assert.Contains($" {number} │", output.ToString(), StringComparison.Ordinal);
        Assert.All(output.ToString().Split('\n'), line => Assert.True(line.Length <= width, line));
    }

    [Fact]
    public void WhatWasLeftOutAndNoted_IsSaid_AndAStopToo()
    {
        BenchmarkReport report = Reports.Of([]) with
        {
            IsComplete = false,
            LeftOut = [new LeftOut("loop", "No root.", "Use sudo.")],
            Notes = ["Mind the [brackets]."],
        };

        string text = Print(report);

        Assert.Contains("Not run: loop: No root. Use sudo.", text, StringComparison.Ordinal);
        Assert.Contains("Mind the [brackets].", text, StringComparison.Ordinal);
        Assert.Contains("Stopped before", text, StringComparison.Ordinal);
        Assert.Contains("Nothing was measured.", text, StringComparison.Ordinal);
    }

    [Fact]
    public void HostileNames_AreTextAndNoMarkup()
    {
        string text = Print(Reports.Of([Reports.Cell("[red]x[/]", "[/]", 1)]));

        Assert.Contains("[red]x[/]", text, StringComparison.Ordinal);
        Assert.Contains("[/], requests/s", text, StringComparison.Ordinal);
    }

    [Fact]
    public void PublishedFigures_StandBesideTheMeasured()
    {
        BenchmarkReport report = Reports.Of([Reports.Cell("patched", "dd", 1)]) with
        {
            References = [new ReferenceFigure("dd", "patched", 382e6, "Patlasov, 2013")],
        };

        string text = Print(report);

        Assert.Contains("Published: Patlasov, 2013", text, StringComparison.Ordinal);
        Assert.Contains("382 MB/s", text, StringComparison.Ordinal);
    }

    private static string Print(BenchmarkReport report)
    {
        var output = new StringWriter();
        ReportPrinter.Print(ReportConsole.Create(output, isFile: true), report);
        return output.ToString();
    }

    private static string Row(string text, params string[] parts) =>
        Assert.Single(text.Split('\n'), line => parts.All(part => line.Contains(part, StringComparison.Ordinal)));
}
