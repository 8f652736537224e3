using IoMerge.Benchmark.Results;
using IoMerge.Mount.Hosting;
using IoMerge.Testing.Processes;

namespace IoMerge.Mount.Tests.Commands;

/// <summary>
/// <c>iomerge bench</c> as a person meets it: started as a process, judged by output, files and exit code.
/// </summary>
public sealed class BenchCommandTests : IDisposable
{
    private const int SigInt = 2;
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Run_InProcess_PrintsTablesAndSavesWhatWasAskedFor()
    {
        ShellResult result = Run("--rounds", "2", "--seconds", "0.02", "--policies", "None,Fifo", "--workload",
            "seqread-4k-qd8", "--json", _folder.File("r.json"), "--csv", _folder.File("r.csv"), "--recommend");

        Assert.Equal(ExitCode.Success, result.ExitCode);
        Assert.Contains("seqread-4k-qd8, requests/s", result.Output, StringComparison.Ordinal);
        BenchmarkReport report = ReportJson.Read(File.ReadAllBytes(_folder.File("r.json")));
        Assert.True(report.IsComplete);
        Assert.Equal(ProgramInfo.Version, report.Machine.Version);
        Assert.Equal(["None", "Fifo"], report.Cells.Select(cell => cell.Strategy));
        Assert.All(report.Cells, cell => Assert.Equal(2, cell.Iops.Rounds.Count));
        Assert.Equal(1 + 4, File.ReadAllLines(_folder.File("r.csv")).Length);
    }

    [Fact]
    public void RecommendedFragment_IsAcceptedByCheck()
    {
        ShellResult run = Run("--rounds", "1", "--seconds", "0.02", "--strategy",
            "x=Scan,Merge:MaxBytes=128KiB,Hold:Mode=Off,Depth=4,Deadline:FrontMerges=false", "--workload", "seqread",
            "--json", _folder.File("r.json"), "--recommend");
        Assert.Equal(ExitCode.Success, run.ExitCode);
        Recommendation chosen =
            Assert.Single(ReportJson.Read(File.ReadAllBytes(_folder.File("r.json"))).Recommendations);
        File.WriteAllText(_folder.File("config.json"), chosen.Settings);

        ShellResult check = Iomerge.Run("check", "--config", _folder.File("config.json"));

        Assert.Equal(ExitCode.Success, check.ExitCode);
        Assert.Matches("Scheduler:Merge:MaxBytes = 128KiB +# .*config.json", check.Output);
        Assert.Matches("Scheduler:Depth = 4 +# .*config.json", check.Output);
        Assert.Matches("Scheduler:Deadline:FrontMerges = false +# .*config.json", check.Output);
    }

    [Fact]
    public void Interrupt_InTheMiddle_KeepsWhatWasMeasured_AndTheExitCodeSaysSo()
    {
        using ChildProcess process = Iomerge.Start(Arguments("--rounds", "1000", "--seconds", "0.05", "--policies",
            "None,Fifo", "--workload", "seqread", "--json", _folder.File("r.json")));
        // A later line of progress says that rounds were made before it.
        Until.True(() => process.Output.Contains("round 2", StringComparison.Ordinal)
            || process.Output.Split("round ").Length > 2 || process.HasExited, () => process.Output);

        process.Signal(SigInt);

        Assert.Equal(ExitCode.Interrupted, process.WaitForExit());
        BenchmarkReport report = ReportJson.Read(File.ReadAllBytes(_folder.File("r.json")));
        Assert.False(report.IsComplete);
        Assert.NotEmpty(report.Cells);
        Assert.Contains("Stopped before all rounds were made", process.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void List_ShowsStrategiesWorkloadsStoresAndGrammar()
    {
        ShellResult result = Iomerge.Run("bench", "--list");

        Assert.Equal(ExitCode.Success, result.ExitCode);
        Assert.All(["Deadline/hold-Off", "seqread-4k-qd32", "[streamsN-]", "memory:SIZE", "loop"],
            word => Assert.Contains(word, result.Output, StringComparison.Ordinal));
    }

    [Fact]
    public void Trace_IsAWorkload_AndADamagedOneIsRefusedWithItsPlace()
    {
        File.WriteAllText(_folder.File("t.log"),
            "fio version 2 iolog\n/disk add\n/disk open\n/disk write 0 4096\n/disk read 8192 4096\n/disk close\n");
        File.WriteAllText(_folder.File("bad.log"), "fio version 2 iolog\n/disk add\n/disk open\n/disk read -5 4096\n");

        ShellResult good =
            Run("--rounds", "1", "--seconds", "0.02", "--policies", "Fifo", "--trace", _folder.File("t.log"));
        ShellResult bad = Run("--trace", _folder.File("bad.log"));

        Assert.Equal(ExitCode.Success, good.ExitCode);
        Assert.Contains("t.log, requests/s", good.Output, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Usage, bad.ExitCode);
        Assert.Contains("line 4", bad.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nbd-memory")]
    [InlineData("nbd-delay1ms-serial")]
    public void StoreOfNbdkit_IsServedForTheRun_AndEndsWithIt(string store)
    {
        using ChildProcess process = Iomerge.Start(Arguments("--rounds", "1", "--seconds", "0.05", "--workload",
            "seqread-4k-qd32", "--policies", "Deadline", "--store", store, "--json", _folder.File("r.json")));

        Assert.True(process.WaitForExit() == ExitCode.Success, process.Output);
        BenchmarkReport report = ReportJson.Read(File.ReadAllBytes(_folder.File("r.json")));
        Assert.Empty(report.LeftOut);
        Assert.Equal(store, Assert.Single(report.Cells).Store);
        Assert.NotEqual(0, Shell.Try($"pgrep -f 'nbdkit .*iomerge-bench-{process.Id}-'").ExitCode);
    }

    [Fact]
    public void StoreThatHoldsData_IsNotTouched_WithoutOverwrite()
    {
        string path = _folder.File("precious");
        File.WriteAllBytes(path, new byte[1 << 20]);

        ShellResult result = Run("--quick", "--workload", "seqwrite", "--policies", "Fifo", "--store", $"file:{path}");

        Assert.Equal(ExitCode.Failure, result.ExitCode);
        Assert.Contains("--overwrite", result.Output, StringComparison.Ordinal);
        Assert.Equal(new byte[1 << 20], File.ReadAllBytes(path));
    }

    [Fact]
    public void Peers_WhereNoMountCanBeMade_AreLeftOut_AndTheStrategiesRunInProcess()
    {
        // An empty PATH hides fio from root; an ordinary user has no mounts anyway.
        using ChildProcess process = ChildProcess.Start("/usr/bin/env", [$"PATH={_folder.Path}", Iomerge.Path,
            "bench", "--peers", "--rounds", "1", "--seconds", "0.02", "--policies", "None,Fifo", "--workload",
            "seqread-4k-qd8", "--store", "memory", "--size", "4MiB", "--json", _folder.File("r.json")]);

        Assert.True(process.WaitForExit() == ExitCode.Failure, process.Output);
        BenchmarkReport report = ReportJson.Read(File.ReadAllBytes(_folder.File("r.json")));
        Assert.True(report.IsComplete);
        Assert.Equal(["None", "Fifo"], report.Cells.Select(cell => cell.Strategy));
        LeftOut leftOut = Assert.Single(report.LeftOut);
        Assert.All(["raw", "nullfuse", "qemu", "nbdfuse"],
            peer => Assert.Contains(peer, leftOut.What, StringComparison.Ordinal));
        Assert.Matches("fio is not installed|need root|/dev/fuse is not there", leftOut.Why);
    }

    [Fact]
    public void AStoreThatNeedsAMount_IsLeftOut_AndTheOthersRun_AndTheExitCodeSaysSo()
    {
        ShellResult result = Run("--rounds", "1", "--seconds", "0.02", "--policies", "Fifo", "--workload",
            "seqread-4k-qd8", "--store", "memory", "--store", "loop", "--json", _folder.File("r.json"));

        Assert.Equal(ExitCode.Failure, result.ExitCode);
        BenchmarkReport report = ReportJson.Read(File.ReadAllBytes(_folder.File("r.json")));
        Assert.Equal("memory", Assert.Single(report.Cells).Store);
        Assert.Equal("loop", Assert.Single(report.LeftOut).What);
    }

    [Theory]
    [InlineData("x*", "--workload", "x*")]
    [InlineData("Policy", "--policies", "Fifoo")]
    [InlineData("Merge:MaxBytes", "--max-bytes", "1")]
    [InlineData("--rounds", "--rounds", "0")]
    [InlineData("--seconds", "--seconds", "-1")]
    [InlineData("--size", "--size", "1000")]
    [InlineData("nowhere", "--store", "nowhere")]
    [InlineData("memory:SIZE", "--store", "memory:")]
    [InlineData("--config", "--store", "config:disk")]
    [InlineData("/nonexistent/r.json", "--json", "/nonexistent/r.json")]
    [InlineData("/nonexistent.trace", "--trace", "/nonexistent.trace")]
    [InlineData("/nonexistent.fio", "--fio-job", "/nonexistent.fio")]
    [InlineData("exclude each other", "--mounted")]
    [InlineData("Hold:Mode", "--strategy", "Fifo,Hold:Mode=Maybe")]
    public void CommandLine_Wrong_EndsWithTwo_AndNamesTheFault(string named, params string[] arguments)
    {
        ShellResult result = Run(arguments);

        Assert.Equal(ExitCode.Usage, result.ExitCode);
        Assert.Contains(named, result.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Output, StringComparison.Ordinal);
    }

    private static ShellResult Run(params string[] arguments) => Iomerge.Run(Arguments(arguments));

    private static string[] Arguments(params string[] arguments) =>
    [
        "bench", "--in-process", .. arguments.Contains("--size") ? [] : new[] { "--size", "4MiB" },
        .. arguments.Contains("--store") ? [] : new[] { "--store", "memory" }, .. arguments,
    ];
}
