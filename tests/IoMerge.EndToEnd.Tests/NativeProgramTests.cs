using System.Text.RegularExpressions;

namespace IoMerge.EndToEnd.Tests;

/// <summary>
/// The program compiled ahead of time does what the ordinary one does: what reflection, a serializer or a resource
/// would need at run time must not have been left out of it.
/// </summary>
public sealed class NativeProgramTests(NativeProgram program) : IClassFixture<NativeProgram>, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [MountTheory]
    [InlineData("--help")]
    [InlineData("bench --help")]
    [InlineData("bench --list")]
    [InlineData("replay --help")]
    [InlineData("policies")]
    [InlineData("completion bash")]
    [InlineData("[suggest] mo")]
    [InlineData("check")]
    [InlineData("check --policy Scan --set Scheduler:Hold:Mode=Off --volume a=file:/srv/a,create=1GiB")]
    [InlineData("check --policy Scam --set Scheduler:Depth=x --volume a=fil:/srv/a")]
    [InlineData("mount /nonexistent")]
    [InlineData("trace info /nonexistent")]
    public void Command_SaysWhatTheOrdinaryProgramSays(string line)
    {
        string[] arguments = line.Split(' ');

        ShellResult native = program.Run(arguments);

        ShellResult ordinary = Iomerge.Run(arguments);
        Assert.Equal(WithoutFolder(ordinary.Output, Iomerge.Path), WithoutFolder(native.Output, program.Path));
        Assert.NotEmpty(native.Output);
        Assert.Equal(ordinary.ExitCode, native.ExitCode);
    }

    [MountFact]
    public void Mount_OfDecoratedFile_KeepsItsBytesAndSaysWhatItDid()
    {
        string store = _folder.File("store.img");
        string source = _folder.File("source");
        string summary = _folder.File("summary.json");
        using StoreLog log = new();
        string[] arguments = ["--volume", $"disk=file:{store},create=16MiB", "--summary", summary,
            .. StoreLog.Delay(0, 50), .. Decorator.Arguments(1, "verify"),
            .. Decorator.Arguments(2, "ratelimit", ("OperationsPerSecond", "100000")), .. log.Arguments(3)];
        using MountedVolume volume = MountedVolume.StartAt(
            _folder.Folder("mnt"), null, program.Start, arguments);

        Shell.Run($"dd if=/dev/urandom of='{source}' bs=1M count=16 status=none");
        Shell.Run($"dd if='{source}' of='{volume.Disk}' bs=64k oflag=direct conv=notrunc,fsync status=none");
        Shell.Run($"dd if='{volume.Disk}' bs=4k iflag=direct status=none | cmp - '{source}'");

        ShellResult unmounted = program.Run("unmount", volume.MountPoint);
        Assert.True(unmounted.ExitCode == 0, unmounted.Output);
        Assert.Matches("disk: [0-9]+ requests in", volume.WaitForCleanExit());
        Shell.Run($"cmp '{store}' '{source}'");
        Assert.Equal(16 << 20, log.Read().Where(operation => operation.Kind == "Write").Sum(write => write.Length));
        Assert.Contains("\"bytesIn\"", File.ReadAllText(summary), StringComparison.Ordinal);
    }

    [MountFact]
    public void Daemon_InBackground_ServesUntilUnmounted()
    {
        string point = _folder.Folder("mnt");
        try
        {
            ShellResult started = program.Run("mount", point, "--daemon", "--volume", "disk=memory:8MiB");

            Assert.True(started.ExitCode == 0, started.Output);
            Shell.Run($"dd if=/dev/urandom of='{point}/disk' bs=1M count=8 oflag=direct conv=notrunc status=none");
            ShellResult unmounted = program.Run("unmount", point);
            Assert.True(unmounted.ExitCode == 0, unmounted.Output);
            Assert.False(Mounts.Has(point));
        }
        finally
        {
            Mounts.Clear(point);
        }
    }

    [MountFact]
    public void Replay_OfRecording_GivesTheSameReportAndPage()
    {
        string trace = _folder.File("day.trace");
        using (MountedVolume volume = MountedVolume.StartAt(
            _folder.Folder("mnt"), null, program.Start, ["--volume", "disk=memory:8MiB", "--record", trace]))
        {
            Shell.Run($"dd if=/dev/zero of='{volume.Disk}' bs=4k count=256 oflag=direct conv=notrunc status=none");
            volume.Unmount();
        }
        string native = Replay(program.Run, trace, "native.json");
        string ordinary = Replay(Iomerge.Run, trace, "ordinary.json");

        Assert.Equal(WithoutOccasion(ordinary), WithoutOccasion(native));
        Assert.Equal(Page(Iomerge.Run, "ordinary.json", "ordinary.html"),
            Page(program.Run, "ordinary.json", "native.html"));
    }

    [MountFact]
    public void Bench_InProcess_MeasuresAndSaves()
    {
        string json = _folder.File("result.json");

        ShellResult result = program.Run("bench", "--in-process", "--quick", "--store", "memory", "--policies", "Scan",
            "--workload", "randread-4k-qd32", "--rounds", "1", "--json", json);

        Assert.True(result.ExitCode == 0, result.Output);
        Assert.Contains("Saved", result.Output, StringComparison.Ordinal);
        Assert.Contains("\"formatVersion\"", File.ReadAllText(json), StringComparison.Ordinal);
    }

    // Each has its own default configuration beside it.
    private static string WithoutFolder(string output, string path) =>
        output.Replace(Path.GetDirectoryName(path) + "/", "", StringComparison.Ordinal);

    // The command, the time of day, how long it took, and the commit, if one was built after the other: what may differ
    // between two replays.
    private static string WithoutOccasion(string report) =>
        Regex.Replace(report, "\"(command|startedAt|durationSeconds|version)\": [^\n]*", "");

    private string Replay(Func<IEnumerable<string>, ShellResult> run, string trace, string name)
    {
        ShellResult result = run(["replay", trace, "--model", "hdd", "--model", "ssd", "--json", _folder.File(name)]);
        Assert.True(result.ExitCode == 0, result.Output);
        return File.ReadAllText(_folder.File(name));
    }

    private string Page(Func<IEnumerable<string>, ShellResult> run, string report, string name)
    {
        ShellResult result = run(["bench", "report", _folder.File(report), "--output", _folder.File(name)]);
        Assert.True(result.ExitCode == 0, result.Output);
        return File.ReadAllText(_folder.File(name));
    }
}
