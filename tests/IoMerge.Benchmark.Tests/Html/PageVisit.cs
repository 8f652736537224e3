using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using IoMerge.Benchmark.Html;
using IoMerge.Benchmark.Results;
using IoMerge.Testing.Processes;

namespace IoMerge.Benchmark.Tests.Html;

/// <summary>
/// What a browser makes of a report's page in a frame of a given size. The page itself is not touched: another one
/// around it looks in. Set IOMERGE_PAGES to a folder to keep pages and screenshots.
/// </summary>
internal sealed partial record PageVisit(JsonElement Facts, string[] Console)
{
    // Opens everything that can be opened, measures, and then uses the page as a person would.
    private const string Probe = """
        <!DOCTYPE html><meta charset="utf-8"><body style="margin:0">
        <iframe id="page" src="report.html" style="border:0;display:block;width:WIDTHpx;height:HEIGHTpx"></iframe>
        <pre id="facts"></pre>
        <script>
        document.getElementById("page").onload = event => {
            const view = event.target.contentWindow, page = view.document, facts = {};
            const all = query => [...page.querySelectorAll(query)];
            const box = part => part.getBoundingClientRect();
            const seen = query => all(query).filter(part => box(part).height > 0).length;
            facts.width = view.innerWidth;
            facts.scrollWidth = page.scrollingElement.scrollWidth;
            facts.background = view.getComputedStyle(page.body).backgroundColor;
            facts.charts = all("figure").length;
            all("details").forEach(part => { part.open = true; });
            facts.openScrollWidth = page.scrollingElement.scrollWidth;
            facts.emptyCharts = all("figure svg[role=img]").filter(svg => box(svg).width < 100 || box(svg).height < 60
                || [...svg.querySelectorAll("rect, path, circle")].every(shape => box(shape).width < 1)).length;
            facts.unnamed = all("svg[role=img]").filter(svg => !(svg.getAttribute("aria-label") ?? "").trim()).length;
            const overflowing = text => {
                const inner = box(text), outer = box(text.ownerSVGElement);
                return inner.left < outer.left - 1 || inner.right > outer.right + 1 || inner.bottom > outer.bottom + 1;
            };
            facts.clipped = all("svg text").filter(overflowing).map(text => text.textContent);
            // Two lines of a label are higher than this.
            facts.broken = all(".filters label span").filter(part => box(part).height > 30).length;
            const touch = (a, b) => a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 2
                && b.top < a.bottom - 2;
            facts.collisions = [];
            for (const svg of all("figure svg[role=img]")) {
                const texts = [...svg.querySelectorAll("text")].map(text => [text.textContent, box(text)]);
                texts.forEach(([one, a], i) => texts.slice(i + 1).forEach(([other, b]) => {
                    if (touch(a, b)) facts.collisions.push(one + " / " + other);
                }));
            }
            facts.resources = view.performance.getEntriesByType("resource").length;
            facts.planted = view.planted === true || page.querySelector("img, script + script") !== null;
            const pointed = page.querySelector("svg [data-t]");
            pointed?.dispatchEvent(new view.PointerEvent("pointermove", { bubbles: true, clientX: 5, clientY: 5 }));
            facts.tip = pointed ? page.getElementById("tip").textContent === pointed.dataset.t
                && !page.getElementById("tip").hidden : null;
            facts.workloads = seen("article.workload");
            const select = page.getElementById("only-workload");
            if (select) {
                select.selectedIndex = 1;
                select.dispatchEvent(new view.Event("change"));
            }
            facts.filtered = seen("article.workload");
            const theme = page.getElementById("theme");
            theme.click();
            facts.light = view.getComputedStyle(page.body).backgroundColor;
            theme.click();
            facts.dark = view.getComputedStyle(page.body).backgroundColor;
            document.getElementById("facts").textContent = JSON.stringify(facts);
        };
        </script>
        """;

    /// <summary>Number that the probe wrote down.</summary>
    public int Number(string name) => (int)Facts.GetProperty(name).GetDouble();

    /// <summary>Texts that the probe wrote down.</summary>
    public string[] Texts(string name) =>
        [.. Facts.GetProperty(name).EnumerateArray().Select(text => text.GetString()!)];

    /// <summary>Shows the page of a report in a window of that size.</summary>
    public static PageVisit Of(BenchmarkReport report, int width, int height, bool isDark)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("report.html"), HtmlReport.Write(report));
        string probe = folder.File("probe.html");
        File.WriteAllText(probe, Probe
            .Replace("WIDTH", $"{width}", StringComparison.Ordinal)
            .Replace("HEIGHT", $"{height}", StringComparison.Ordinal));
        (string document, string[] console) = Chromium.Open(probe, isDark);
        Match facts = FactsOf().Match(document);
        Assert.True(
            facts.Success && facts.Groups[1].Length > 0, $"The page did not load:\n{string.Join('\n', console)}");
        return new PageVisit(
            JsonDocument.Parse(WebUtility.HtmlDecode(facts.Groups[1].Value)).RootElement, console);
    }

    [GeneratedRegex("<pre id=\"facts\">(.*?)</pre>", RegexOptions.Singleline)]
    private static partial Regex FactsOf();
}
