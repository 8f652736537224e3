using IoMerge.Benchmark.Html;
using IoMerge.Testing.Processes;

namespace IoMerge.Benchmark.Tests.Html;

/// <summary>The page of a report as a real browser shows it: in wide and narrow windows, in light and dark.</summary>
public sealed class BrowserTests
{
    [Theory]
    [InlineData(1280, 2000, false)]
    [InlineData(1280, 2000, true)]
    [InlineData(360, 800, false)]
    [InlineData(360, 800, true)]
    [InlineData(768, 1000, false)]
    public void RichReport_InABrowser_ShowsEveryChartAndFits(int width, int height, bool isDark)
    {
        Assert.SkipUnless(Chromium.Missing is null, Chromium.Missing ?? "");

        PageVisit visit = PageVisit.Of(SampleReport.Rich(), width, height, isDark);

        AssertQuiet(visit);
        Assert.Equal(width, visit.Number("width"));
        Assert.InRange(visit.Number("scrollWidth"), 1, width);
        Assert.InRange(visit.Number("openScrollWidth"), 1, width);
        Assert.InRange(visit.Number("charts"), 8 * 8, int.MaxValue);
        Assert.Equal(0, visit.Number("emptyCharts"));
        Assert.Equal(0, visit.Number("unnamed"));
        Assert.Equal(0, visit.Number("broken"));
        Assert.Equal(0, visit.Number("resources"));
        Assert.Empty(visit.Texts("clipped"));
        Assert.Empty(visit.Texts("collisions"));
    }

    [Fact]
    public void Page_UsedAsAPersonWould_TellsFiltersAndChangesItsTheme()
    {
        Assert.SkipUnless(Chromium.Missing is null, Chromium.Missing ?? "");

        PageVisit light = PageVisit.Of(SampleReport.Rich(), 1000, 900, isDark: false);
        PageVisit dark = PageVisit.Of(SampleReport.Rich(), 1000, 900, isDark: true);

        Assert.True(light.Facts.GetProperty("tip").GetBoolean());
        Assert.Equal((8, 2), (light.Number("workloads"), light.Number("filtered")));
        string[] ofLight = [.. new[] { "background", "light", "dark" }.Select(
            name => light.Facts.GetProperty(name).GetString()!)];
        string[] ofDark = [.. new[] { "background", "light", "dark" }.Select(
            name => dark.Facts.GetProperty(name).GetString()!)];
        Assert.NotEqual(ofLight[0], ofDark[0]);
        Assert.Equal([ofLight[0], ofLight[0], ofDark[0]], ofLight);
        Assert.Equal([ofDark[0], ofLight[0], ofDark[0]], ofDark);
    }

    [Fact]
    public void HostileNames_InABrowser_StayText()
    {
        Assert.SkipUnless(Chromium.Missing is null, Chromium.Missing ?? "");

        PageVisit visit = PageVisit.Of(HostileReport.Create(), 360, 800, isDark: false);

        Assert.False(visit.Facts.GetProperty("planted").GetBoolean());
        AssertQuiet(visit);
        Assert.InRange(visit.Number("openScrollWidth"), 1, 360);
    }

    [Fact]
    public void EmptyReport_InABrowser_IsAPage()
    {
        Assert.SkipUnless(Chromium.Missing is null, Chromium.Missing ?? "");

        PageVisit visit = PageVisit.Of(SampleReport.Empty(), 360, 800, isDark: false);

        AssertQuiet(visit);
        Assert.Equal(0, visit.Number("charts"));
        Assert.InRange(visit.Number("scrollWidth"), 1, 360);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Screenshot_OfARichReport_HasItsColours(bool isDark)
    {
        Assert.SkipUnless(Chromium.Missing is null, Chromium.Missing ?? "");
        using var folder = new TemporaryFolder();
        string kept = Environment.GetEnvironmentVariable("IOMERGE_PAGES") ?? folder.Path;
        string page = Path.Combine(kept, "rich.html");
        string picture = Path.Combine(kept, isDark ? "dark.png" : "light.png");
        File.WriteAllText(page, HtmlReport.Write(SampleReport.Rich()));
        string frame = folder.File("frame.html");
        File.WriteAllText(frame, $"""
            <body style="margin:0"><iframe id="page" src="{page}" style="border:0;width:1280px;height:1500px"></iframe>
            <script>
            page.onload = () => page.contentDocument.getElementById("s0-w0").scrollIntoView();
            </script>
            """);

        Chromium.Photograph(frame, isDark, 1280, 1500, picture);

        // The charts of the first workload, not the text above. Text alone gives shades of grey; charts bring the
        // colours of six strategies.
        Assert.InRange(PngPicture.Read(picture).Hues(), 4, int.MaxValue);
    }

    private static void AssertQuiet(PageVisit visit) =>
        Assert.True(visit.Console.Length == 0, string.Join('\n', visit.Console));
}
