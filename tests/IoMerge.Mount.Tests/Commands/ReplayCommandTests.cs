using System.Security.Cryptography;
using IoMerge.Benchmark.Results;
using IoMerge.Testing;
using IoMerge.Testing.Processes;

namespace IoMerge.Mount.Tests.Commands;

/// <summary>The command as a person types it.</summary>
public sealed class ReplayCommandTests : IDisposable
{
    private const string Header = "fio version 2 iolog\nv add\nv open\n";
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Replay_OfAnIolog_ReportsEveryStrategyOnEveryModel()
    {
        string trace = Write("day.log", Header + "v read 0 4096\nv read 4096 4096\nv write 8192 4096\nv close\n");
        string json = Path.Combine(_folder.Path, "r.json");

        ShellResult result = Iomerge.Run(
            "replay", trace, "--model", "hdd", "--model", "ssd", "--strategy", "None", "--strategy", "x=Fifo,Depth=1",
            "--json", json);

        Assert.True(result.ExitCode == 0, result.Output);
        BenchmarkReport report = ReportJson.Read(File.ReadAllBytes(json));
        Assert.Equal(4, report.Cells.Count);
        Assert.All(report.Cells, cell =>
        {
            Assert.Equal(RunKind.Virtual, cell.Kind);
            Assert.Equal(3, cell.Merging!.Requests);
            Assert.Equal(2, cell.Merging.OptimalOperations);
        });
    }

    [Fact]
    public void TraceOfTheCommittedReport_IsMadeAgain_AndRead()
    {
        string trace = Path.Combine(_folder.Path, "server.csv");
        Shell.Run($"awk -f '{RepositoryRoot.Combine("bench", "replay-trace.awk")}' > '{trace}'");

        ShellResult info = Iomerge.Run("trace", "info", trace);

        Assert.True(info.ExitCode == 0, info.Output);
        // What the report was made of, to the byte.
        Assert.Equal("c40d02bb66d8b8b396b74c0799d25c2f8ac2ea926b93a78756bdbd385ce850ab",
            Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(trace))));
    }

    [Fact]
    public void Replay_ToAStore_RefusesAFileThatExists_AndTakesANewOne()
    {
        string trace = Write("day.log", Header + "v write 8192 4096\nv close\n");
        string store = Write("store.img", new string('x', 1 << 16));

        ShellResult refused = Iomerge.Run("replay", trace, "--store", $"file:{store}", "--strategy", "Fifo");
        ShellResult made = Iomerge.Run(
            "replay", trace, "--store", $"file:{store}.new,create=1MiB", "--strategy", "Fifo");

        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("--overwrite", refused.Output, StringComparison.Ordinal);
        Assert.Equal(new string('x', 1 << 16), File.ReadAllText(store));
        Assert.True(made.ExitCode == 0, made.Output);
        Assert.Contains(File.ReadAllBytes($"{store}.new").AsSpan(8192, 4096).ToArray(), b => b != 0);
    }

    [Theory]
    [InlineData(2, "Nothing to replay on")]
    [InlineData(2, "floppy", "--model", "floppy")]
    [InlineData(2, "Scheduler:Depth", "--model", "hdd", "--strategy", "Fifo,Depth=0")]
    [InlineData(2, "--speed must be", "--model", "hdd", "--speed", "0")]
    [InlineData(2, "--depth goes with", "--model", "hdd", "--depth", "4")]
    [InlineData(2, "exclude each other", "--model", "hdd", "--speed", "2", "--as-fast-as-possible")]
    public void Replay_OfWhatCannotBe_SaysSo(int exitCode, string says, params string[] arguments)
    {
        string trace = Write("day.log", Header + "v read 0 4096\nv close\n");

        ShellResult result = Iomerge.Run(["replay", trace, .. arguments]);

        Assert.Equal(exitCode, result.ExitCode);
        Assert.Contains(says, result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Replay_OfADamagedTrace_NamesThePlace_AndPrintsNoFigures()
    {
        string trace = Write("day.log", Header + "v read 0 4096\nv read here 4096\n");

        ShellResult result = Iomerge.Run("replay", trace, "--model", "hdd");

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("line 5", result.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("Replay of", result.Output, StringComparison.Ordinal);
    }

    private string Write(string name, string text)
    {
        string path = Path.Combine(_folder.Path, name);
        File.WriteAllText(path, text);
        return path;
    }
}
