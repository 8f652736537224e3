using IoMerge.Benchmark.Results;
using IoMerge.Mount.Hosting;
using IoMerge.Testing.Processes;

namespace IoMerge.Mount.Tests.Commands;

/// <summary><c>iomerge bench report</c>: from a saved report to a page, or to a sentence that says why not.</summary>
public sealed class ReportCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Report_Saved_BecomesAPageBesideIt()
    {
        string source = Save("result.json", ReportJson.Write(Report()));

        ShellResult result = Iomerge.Run("bench", "report", source);

        Assert.Equal(ExitCode.Success, result.ExitCode);
        Assert.Contains(_folder.File("result.html"), result.Output, StringComparison.Ordinal);
        string page = File.ReadAllText(_folder.File("result.html"));
        Assert.StartsWith("<!DOCTYPE html>", page, StringComparison.Ordinal);
        Assert.Contains("A comparison", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Report_WithOutput_BecomesAPageThere()
    {
        string source = Save("result.json", ReportJson.Write(Report()));

        ShellResult result = Iomerge.Run("bench", "report", source, "--output", _folder.File("page.htm"));

        Assert.Equal(ExitCode.Success, result.ExitCode);
        Assert.True(File.Exists(_folder.File("page.htm")));
        Assert.False(File.Exists(_folder.File("result.html")));
    }

    [Theory]
    [InlineData("{ \"formatVersion\": 1 }")]
    [InlineData("no JSON")]
    [InlineData("")]
    public void FileThatIsNoReport_EndsWithOneAndItsName(string content)
    {
        string source = Save("other.json", System.Text.Encoding.UTF8.GetBytes(content));

        ShellResult result = Iomerge.Run("bench", "report", source);

        AssertFailed(result, ExitCode.Failure, source);
        Assert.False(File.Exists(_folder.File("other.html")));
    }

    [Fact]
    public void MissingReport_EndsWithOneAndItsName() =>
        AssertFailed(Iomerge.Run("bench", "report", _folder.File("none.json")), ExitCode.Failure, "none.json");

    [Fact]
    public void PlaceThatCannotBeWritten_EndsWithOneAndItsName()
    {
        string source = Save("result.json", ReportJson.Write(Report()));

        ShellResult result = Iomerge.Run("bench", "report", source, "-o", "/proc/nowhere/page.html");

        AssertFailed(result, ExitCode.Failure, "/proc/nowhere/page.html");
    }

    [Fact]
    public void PageInPlaceOfItsReport_IsRefused()
    {
        byte[] report = ReportJson.Write(Report());
        string source = Save("result.html", report);

        AssertFailed(Iomerge.Run("bench", "report", source), ExitCode.Usage, source);
        Assert.Equal(report, File.ReadAllBytes(source));
    }

    private static void AssertFailed(ShellResult result, int exitCode, string name)
    {
        Assert.Equal(exitCode, result.ExitCode);
        Assert.Contains(name, result.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Output, StringComparison.Ordinal);
    }

    private string Save(string name, byte[] content)
    {
        File.WriteAllBytes(_folder.File(name), content);
        return _folder.File(name);
    }

    private static BenchmarkReport Report() => new()
    {
        FormatVersion = BenchmarkReport.CurrentFormatVersion,
        Title = "A comparison",
        Command = "iomerge bench",
        StartedAt = DateTimeOffset.UnixEpoch,
        DurationSeconds = 1,
        IsComplete = true,
        Machine = new MachineFacts("A processor", 2, 1 << 30, "Linux 6.1", ".NET 10", "0.1.0", []),
        Strategies = [],
        Workloads = [],
        Stores = [],
        Cells = [],
    };
}
