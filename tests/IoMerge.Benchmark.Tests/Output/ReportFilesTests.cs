using IoMerge.Benchmark.Output;
using IoMerge.Benchmark.Results;
using IoMerge.Testing.Processes;

namespace IoMerge.Benchmark.Tests.Output;

/// <summary>Reports are saved whole, and what cannot be saved is found out before it is measured.</summary>
public sealed class ReportFilesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Save_WritesWhatWasAskedFor_AndReplacesWhatWasThere()
    {
        File.WriteAllText(_folder.File("r.json"), "old");

        IReadOnlyList<string> written = ReportFiles.Save(
            Reports.Of([Reports.Cell("a", "w", 1)]),
            new ReportPaths(_folder.File("r.json"), _folder.File("r.csv"), null));

        Assert.Equal(2, written.Count);
        Assert.Equal("a", ReportJson.Read(File.ReadAllBytes(_folder.File("r.json"))).Cells[0].Strategy);
        Assert.StartsWith("store,workload", File.ReadAllText(_folder.File("r.csv")), StringComparison.Ordinal);
        Assert.Equal(["r.csv", "r.json"], Directory.GetFiles(_folder.Path).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void Save_ThroughALink_KeepsTheLink()
    {
        File.WriteAllText(_folder.File("real"), "old");
        File.CreateSymbolicLink(_folder.File("link"), _folder.File("real"));

        ReportFiles.Save(Reports.Of([]), new ReportPaths(_folder.File("link"), null, null));

        Assert.NotNull(new FileInfo(_folder.File("link")).LinkTarget);
        Assert.Contains("formatVersion", File.ReadAllText(_folder.File("real")), StringComparison.Ordinal);
    }

    [Fact]
    public void Check_OfGoodPaths_IsSilent_AndTouchesNothing()
    {
        File.WriteAllText(_folder.File("r.json"), "old");

        Assert.Null(ReportFiles.Check(new ReportPaths(_folder.File("r.json"), _folder.File("r.csv"), null)));

        Assert.Equal("old", File.ReadAllText(_folder.File("r.json")));
        Assert.Equal(["r.json"], Directory.GetFiles(_folder.Path).Select(Path.GetFileName));
    }

    [Fact]
    public void Check_OfAFolderThatIsNotThere_NamesIt()
    {
        string path = _folder.File("missing/r.json");

        Assert.Contains(path, ReportFiles.Check(new ReportPaths(path, null, null)), StringComparison.Ordinal);
    }

    [Fact]
    public void Check_OfADirectory_OrOneFileTwice_SaysSo()
    {
        Assert.Contains("is a directory", ReportFiles.Check(new ReportPaths(_folder.Path, null, null)),
            StringComparison.Ordinal);
        Assert.Contains("one file", ReportFiles.Check(
            new ReportPaths(_folder.File("x"), _folder.File("x"), null)), StringComparison.Ordinal);
    }
}
