using IoMerge.Benchmark.Html.Page;
using IoMerge.Benchmark.Html.Sections;
using IoMerge.Benchmark.Html.View;
using IoMerge.Benchmark.Results;

namespace IoMerge.Benchmark.Html;

/// <summary>
/// Draws a report as one page of HTML with pictures, tables and everything it needs inside: it works offline, in light
/// and dark, on a telephone and on paper, and its pictures are there without its script. It measures and decides
/// nothing.
/// </summary>
public static class HtmlReport
{
    /// <summary>
    /// The page. The same report gives the same page. However large the report, long series are thinned out and long
    /// pictures cut, so that the page stays at some 2 MB for 500 cells. Safe to call from any thread.
    /// </summary>
    /// <param name="report">The report, complete or not; missing parts are left out of the page.</param>
    public static string Write(BenchmarkReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        var view = new ReportView(report);
        var budget = new PageBudget(view);
        var writer = new MarkupWriter();
        writer.Verbatim("<!DOCTYPE html>\n");
        using (writer.Element("html", ("lang", "en")))
        {
            PageHead.Write(writer, report.Title);
            using (writer.Element("body"))
            {
                HeaderSection.Write(writer, view);
                using (writer.Element("main"))
                {
                    SummarySection.Write(writer, view);
                    RecommendationSection.Write(writer, report.Recommendations);
                    ReferenceSection.Write(writer, view);
                    RemarksSection.Write(writer, report);
                    foreach (StoreBlock block in view.Blocks)
                        StoreSection.Write(writer, view, budget, block);
                    StrategySection.Write(writer, view);
                    RefusalReasons.WriteMeanings(writer);
                }
                PageHead.WriteEnd(writer);
            }
        }
        writer.Break();
        return writer.ToString();
    }
}
