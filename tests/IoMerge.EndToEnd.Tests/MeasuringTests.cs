using IoMerge.Benchmark.Output;
using IoMerge.Benchmark.Results;

namespace IoMerge.EndToEnd.Tests;

/// <summary>
/// The commands that measure, from the command line to the files that they save: with mounts, beside other servers, on
/// job files and traces. Every field that was asked for must have figures; how large they are is not looked at.
/// </summary>
public sealed class MeasuringTests : IDisposable
{
    private static readonly string[] s_policies = ["None", "Fifo", "Scan", "Deadline"];

    // A round is as short as fio can be.
    private static readonly string[] s_mounted =
        ["bench", "--mounted", "--quick", "--rounds", "1", "--seconds", "0.2", "--size", "16MiB"];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [MountFact]
    public void Mounted_HasEveryField_WithItsPicture()
    {
        BenchmarkReport report = Measure(["bench", "--mounted", "--rounds", "2", "--seconds", "0.2", "--size", "16MiB",
            "--store", "memory", "--workload", "seqread-4k-qd32", "--policies", "None,Deadline", "--recommend"]);

        AssertFields(report, ["memory"], ["seqread-4k-qd32"], ["None", "Deadline"]);
        Assert.All(report.Cells, cell =>
        {
            Assert.Equal((RunKind.Mounted, 2), (cell.Kind, cell.Iops.Rounds.Count));
            Assert.InRange(cell.Looked!.OptimalOperations!.Value, 1, cell.Looked.Operations + 1);
            Assert.NotEmpty(cell.Picture!.Operations);
        });
        Assert.Single(report.Recommendations);
        Assert.Contains(report.Machine.Tools, tool => tool.StartsWith("fio", StringComparison.Ordinal));
        Assert.Empty(report.LeftOut);
    }

    [MountFact]
    public void Peers_StandBesideTheStrategies_OrAreNamedWithTheWayOut()
    {
        string[] others = ["raw", "nullfuse", "nullfuse-store", "qemu", "nbdfuse"];

        BenchmarkReport report = Measure(
            [.. s_mounted, "--store", "tmpfs", "--workload", "randread-4k-qd8", "--policies", "Deadline", "--peers"]);

        string[] missing = [.. report.LeftOut.Select(left => left.What.Split(' ')[0])];
        AssertFields(report, ["tmpfs"], ["randread-4k-qd8"], ["Deadline", .. others.Except(missing)]);
        Assert.All(missing, name => Assert.Contains(name, others));
        Assert.All(report.LeftOut,
            left => Assert.Contains("apt-get install", left.WayOut, StringComparison.Ordinal));
        Assert.Contains(report.Cells, cell => cell.Strategy == "raw");
    }

    [MountFact]
    public void FioJobFileAndTrace_AreRowsOfMounts()
    {
        string job = _folder.File("own.fio"), trace = _folder.File("day.csv");
        File.WriteAllText(job, "[global]\nioengine=libaio\ndirect=1\nbs=4k\niodepth=8\n"
            + "[reader]\nrw=randread\n[writer]\nrw=write\n");
        File.WriteAllText(trace, "time_us,op,volume,offset,length\n0,W,d,0,4096\n5,R,d,4096,8192\n9,R,d,0,4096\n");

        BenchmarkReport report = Measure([.. s_mounted, "--store", "memory", "--policies", "None,Fifo",
            "--fio-job", job, "--trace", trace]);

        AssertFields(report, ["memory"], ["day.csv", "own.fio"], ["None", "Fifo"]);
        Assert.All(report.Cells.Where(cell => cell.Workload == "own.fio"), cell =>
            Assert.Equal(["reader", "writer"], cell.Fairness!.Callers.Select(caller => caller.Name).Order()));
    }

    [MountFact]
    public void Origin_HasItsTable()
    {
        BenchmarkReport report = Measure(["bench", "origin", "--quick", "--rounds", "1"]);

        AssertFields(report, ["tmpfs"], ["dd-read", "dd-write", "aio-read", "aio-write"],
            ["original", "patched", "merged"]);
        Assert.Equal(8, report.References.Count);
        Assert.Empty(report.LeftOut);
    }

    [MountFact]
    public void Origin_WithoutFio_MeasuresTheRowsOfDd_AndNamesTheOthers()
    {
        string programs = _folder.Folder("programs");
        foreach (string name in (string[])["dd", "setsid", "umount", "kill", "sh"])
            Shell.Run($"ln -s \"$(type -P {name})\" '{programs}'");

        BenchmarkReport report = Measure(["bench", "origin", "--quick", "--rounds", "1"], ExitCodes.Runtime,
            arguments => ChildProcess.Start("/usr/bin/env", [$"PATH={programs}", Iomerge.Path, .. arguments]));

        AssertFields(report, ["tmpfs"], ["dd-read", "dd-write"], ["original", "patched", "merged"]);
        Assert.Equal(["aio-read", "aio-write"], report.LeftOut.Select(left => left.What));
    }

    [MountFact]
    public void Replay_OfARecording_HasEveryPolicyOnEveryModel()
    {
        string trace = _folder.File("day.trace");
        using (MountedVolume volume = MountedVolume.Start("memory:16MiB", "--record", trace))
        {
            Shell.Run($"dd if=/dev/zero of='{volume.Disk}' bs=4k count=64 oflag=direct conv=notrunc status=none");
            volume.Unmount();
        }

        BenchmarkReport report = Measure(
            ["replay", trace, "--model", "hdd", "--model", "ssd", "--model", "cloud", "--model", "network"]);

        AssertFields(report, ["hdd", "ssd", "cloud", "network"], ["day.trace"], s_policies);
        Assert.All(report.Cells, cell =>
            Assert.Equal((RunKind.Virtual, 64), (cell.Kind, cell.Merging!.Requests)));
    }

    /// <summary>Runs a command with all three files, and holds them against each other.</summary>
    private BenchmarkReport Measure(
        string[] arguments, int exitCode = 0, Func<IEnumerable<string>, ChildProcess>? start = null)
    {
        string json = _folder.File("r.json"), csv = _folder.File("r.csv"), html = _folder.File("r.html");
        using ChildProcess process =
            (start ?? (words => Iomerge.Start(words)))([.. arguments, "--json", json, "--csv", csv, "--html", html]);
        Assert.True(process.WaitForExit() == exitCode, process.Output);
        AssertNothingIsLeftOf(process.Id);
        BenchmarkReport report = ReportJson.Read(File.ReadAllBytes(json));
        Assert.True(report.IsComplete);
        string[] lines = File.ReadAllLines(csv);
        Assert.Equal(string.Join(',', ReportCsv.Columns), lines[0]);
        Assert.Equal(report.Cells.Sum(cell => cell.Iops.Rounds.Count), lines.Length - 1);
        string page = File.ReadAllText(html);
        Assert.EndsWith("</html>", page.TrimEnd(), StringComparison.Ordinal);
        Assert.All(report.Cells, cell => Assert.Contains(cell.Strategy, page, StringComparison.Ordinal));
        return report;
    }

    private static void AssertFields(BenchmarkReport report, string[] stores, string[] workloads, string[] strategies)
    {
        Assert.Equal(
            (from store in stores
             from workload in workloads
             from strategy in strategies
             select $"{store} {workload} {strategy}").Order(),
            report.Cells.Select(cell => $"{cell.Store} {cell.Workload} {cell.Strategy}").Order());
        Assert.All(report.Cells, cell =>
        {
            Assert.All(cell.Iops.Rounds.Concat(cell.BytesPerSecond.Rounds), rate => Assert.True(rate > 0));
            Assert.Equal(0, cell.Errors);
            if (report.Strategies.Single(column => column.Name == cell.Strategy).Kind == StrategyKind.Strategy)
                Assert.InRange(cell.Merging!.Operations, 1, cell.Merging.Requests);
        });
    }

    private static void AssertNothingIsLeftOf(int process)
    {
        string own = $"iomerge-bench-{process}-";
        Assert.Empty(Directory.EnumerateFileSystemEntries("/dev/shm", own + "*"));
        Assert.DoesNotContain(own, File.ReadAllText("/proc/self/mounts"), StringComparison.Ordinal);
    }
}
