using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using IoMerge.Benchmark.Html;
using IoMerge.Benchmark.Results;

namespace IoMerge.Benchmark.Tests.Html;

/// <summary>The page of a report as text: whole, bounded, self-contained, and nobody's markup but its own.</summary>
public sealed partial class PageTests
{
    [Fact]
    public void RichReport_Page_HasEveryPart()
    {
        string page = HtmlReport.Write(SampleReport.Rich());

        string[] parts =
        [
            "In short", "Recommended", "Beside published figures", "To know", "Left out", "complete", "AMD EPYC 7B13",
            "Throughput", "Latency distribution", "Merge ratio", "Why not merged", "Processor time", "Fairness",
            "Queue depth over time", "The elevator&#x27;s picture", "SelfClocked", "Patlasov, 2013: patched",
            "apt-get install qemu-system-common", "iomerge bench --stores",
        ];
        Assert.All(parts, part => Assert.Contains(part, page, StringComparison.Ordinal));
    }

    [Fact]
    public void Page_IsWellFormed() => Assert.All(Reports(), report => ParseBody(HtmlReport.Write(report)));

    [Fact]
    public void Page_OfTheSameReport_IsTheSame()
    {
        Assert.Equal(HtmlReport.Write(SampleReport.Rich()), HtmlReport.Write(SampleReport.Rich()));
        Assert.NotEqual(HtmlReport.Write(SampleReport.Rich()), HtmlReport.Write(SampleReport.Empty()));
    }

    [Fact]
    public void Page_ReadBackFromJson_IsTheSame()
    {
        BenchmarkReport report = SampleReport.Rich();

        BenchmarkReport back = ReportJson.Read(ReportJson.Write(report));

        Assert.Equal(HtmlReport.Write(report), HtmlReport.Write(back));
    }

    [Fact]
    public void Page_RefersToNothingOutside()
    {
        string page = HtmlReport.Write(SampleReport.Rich());

        Assert.Contains("default-src &#x27;none&#x27;", page, StringComparison.Ordinal);
        Assert.DoesNotMatch(@"(?i)\b(src|srcset|data|action)\s*=", MarkupOf(page));
        Assert.DoesNotMatch(@"(?i)@import|https?:", page);
        Assert.DoesNotMatch("href=\"[^#]", page);
    }

    [Fact]
    public void Anchors_ThatLinksNeed_Exist()
    {
        string page = HtmlReport.Write(SampleReport.Rich());

        string[] targets = [.. Link().Matches(page).Select(link => link.Groups[1].Value[1..]).Distinct()];

        Assert.Equal(8, targets.Length);
        Assert.All(targets, target => Assert.Contains($"id=\"{target}\"", page, StringComparison.Ordinal));
    }

    [Fact]
    public void HostileNames_AreTextAndNeverMarkup()
    {
        string page = HtmlReport.Write(HostileReport.Create());

        XElement body = ParseBody(page);
        Assert.DoesNotContain("<script>window", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<img", page, StringComparison.Ordinal);
        Assert.Equal(HostileReport.Text, body.Descendants("h1").Single().Value);
        Assert.Single(body.Descendants("script"));
    }

    [Fact]
    public void StoppedReport_Page_SaysSo()
    {
        string page = HtmlReport.Write(SampleReport.Rich() with { IsComplete = false });

        Assert.Contains("stopped early", page, StringComparison.Ordinal);
        Assert.DoesNotContain(">complete<", page, StringComparison.Ordinal);
    }

    [Fact]
    public void LargeReport_Page_StaysSmall()
    {
        BenchmarkReport report = SampleReport.Large(strategies: 12, workloads: 14);

        string page = HtmlReport.Write(report);

        Assert.Equal(504, report.Cells.Count);
        if (Environment.GetEnvironmentVariable("IOMERGE_PAGES") is { } kept)
            File.WriteAllText(Path.Combine(kept, "large.html"), page);
        Assert.InRange(Encoding.UTF8.GetByteCount(page), 500_000, 2_000_000);
        Assert.Contains("more are in the saved report", page, StringComparison.Ordinal);
    }

    [Fact]
    public void EveryCell_OfALargeReport_IsInATable()
    {
        BenchmarkReport report = SampleReport.Large(strategies: 12, workloads: 14);

        XElement body = ParseBody(HtmlReport.Write(report));

        int rows = body.Descendants("table")
            .Where(table => table.Element("caption")!.Value == "Figures")
            .Sum(table => table.Element("tbody")!.Elements("tr").Count());
        Assert.Equal(report.Cells.Count, rows);
    }

    [Fact]
    public void Charts_AreNamedForThoseWhoDoNotSeeThem()
    {
        XElement body = ParseBody(HtmlReport.Write(SampleReport.Rich()));

        XElement[] charts = [.. body.Descendants("figure").Select(figure => figure.Descendants("svg").First())];
        Assert.NotEmpty(charts);
        Assert.All(charts, chart => Assert.Equal("img", chart.Attribute("role")?.Value));
        Assert.All(charts, chart => Assert.NotEmpty(chart.Attribute("aria-label")!.Value));
        Assert.Contains(charts, chart => chart.Attribute("aria-label")!.Value
            .StartsWith("Throughput. raw (store alone): ", StringComparison.Ordinal));
    }

    [Fact]
    public void BareCell_Page_LeavesOutWhatWasNotMeasured()
    {
        BenchmarkReport report = SampleReport.Empty() with
        {
            Cells = [SampleReport.Bare("only", "one", "here", 12_345)],
        };

        string page = HtmlReport.Write(report);

        Assert.Contains("only: 12.3 k/s.", page, StringComparison.Ordinal);
        Assert.Equal(["Throughput"],
            ParseBody(page).Descendants("figcaption").Select(caption => caption.Element("b")!.Value));
    }

    [Theory]
    [InlineData(12_345, "No strategy is plainly faster; one: 12.3 k/s; 1.00× other.")]
    [InlineData(6_000, "one is fastest: 12.3 k/s; 2.06× other.")]
    public void Summary_NamesAWinner_OnlyWhereThereIsOne(double other, string says)
    {
        BenchmarkReport report = SampleReport.Empty() with
        {
            Cells =
            [
                SampleReport.Bare("one", "row", "here", 12_345), SampleReport.Bare("other", "row", "here", other),
            ],
        };

        Assert.Contains(says, HtmlReport.Write(report), StringComparison.Ordinal);
    }

    private static BenchmarkReport[] Reports() =>
        [SampleReport.Rich(), SampleReport.Empty(), HostileReport.Create(), SampleReport.Large(3, 2)];

    // The body is written as XML as well, but for the script's text; a parser of XML is stricter than any browser.
    private static XElement ParseBody(string page)
    {
        int end = page.IndexOf("</body>", StringComparison.Ordinal) + "</body>".Length;
        string body = page[page.IndexOf("<body>", StringComparison.Ordinal)..end];
        return XElement.Parse(Script().Replace(body, "<script></script>"));
    }

    private static string MarkupOf(string page) => Script().Replace(page, "");

    [GeneratedRegex("<a href=\"([^\"]*)\"")]
    private static partial Regex Link();

    [GeneratedRegex("<script>.*?</script>", RegexOptions.Singleline)]
    private static partial Regex Script();
}
