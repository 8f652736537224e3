using System.Globalization;
using IoMerge.Benchmark.Output;
using IoMerge.Benchmark.Results;
using nietras.SeparatedValues;

namespace IoMerge.Benchmark.Tests.Output;

/// <summary>CSV for machines: read back by a parser, as others would.</summary>
public sealed class ReportCsvTests
{
    [Fact]
    public void EachRound_IsALine_WithItsOwnFigureAndThoseOfTheCell()
    {
        List<Dictionary<string, string>> lines = Parse(ReportCsv.Write(Reports.Of(
            [Reports.Cell("Scan", "seqread", 10.5, 30, 20), Reports.Cell("None", "seqread", 7)])));

        Assert.Equal(["10.5", "30", "20", "7"], lines.Select(line => line["iops"]));
        Assert.Equal(["1", "2", "3", "1"], lines.Select(line => line["round"]));
        Assert.All(lines.Take(3), line => Assert.Equal(("Scan", "20"), (line["strategy"], line["iops_median"])));
    }

    [Theory]
    [InlineData("a,b")]
    [InlineData("say \"hello\"")]
    [InlineData("two\nlines")]
    public void NamesOfAnyKind_SurviveIt(string name)
    {
        List<Dictionary<string, string>> lines = Parse(ReportCsv.Write(Reports.Of([Reports.Cell(name, "w", 1)])));

        Assert.Equal(name, Assert.Single(lines)["strategy"]);
    }

    [Fact]
    public void Numbers_HaveAPoint_InEveryCulture()
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = new CultureInfo("") { NumberFormat = { NumberDecimalSeparator = "," } };

            string csv = ReportCsv.Write(Reports.Of([Reports.Cell("a", "w", 1.5)]));

            Assert.Contains(",1.5,", csv, StringComparison.Ordinal);
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void WhatIsUnknown_IsEmpty_AndWhatIsKnownIsThere()
    {
        Cell known = Reports.Cell("a", "w", 1) with
        {
            Merging = Reports.Merging(64, 2, 2, ("Gap", 3), ("Size", 1)), Errors = 5,
        };

        List<Dictionary<string, string>> lines =
            Parse(ReportCsv.Write(Reports.Of([known, Reports.Cell("b", "w", 1)])));

        Assert.Equal(("32", "Gap=3;Size=1", "5"), (lines[0]["merge_ratio"], lines[0]["refusals"], lines[0]["errors"]));
        Assert.Equal(("", "", "0"), (lines[1]["merge_ratio"], lines[1]["refusals"], lines[1]["errors"]));
    }

    [Fact]
    public void AnEmptyReport_IsAHeader() =>
        Assert.Equal(string.Join(',', ReportCsv.Columns) + "\n", ReportCsv.Write(Reports.Of([])));

    private static List<Dictionary<string, string>> Parse(string csv)
    {
        var lines = new List<Dictionary<string, string>>();
        using SepReader reader = Sep.Reader(options => options with { Unescape = true }).FromText(csv);
        foreach (SepReader.Row row in reader)
        {
            var line = new Dictionary<string, string>();
            foreach (string column in ReportCsv.Columns)
                line.Add(column, row[column].ToString());
            lines.Add(line);
        }
        return lines;
    }
}
