using System.Globalization;

namespace IoMerge.EndToEnd.Tests;

/// <summary>
/// A mount that records: the trace has what a real client asked for, fio plays it again, and whatever happens to the
/// trace's disk, the mount goes on.
/// </summary>
public sealed class RecordingTests : IDisposable
{
    private const string Memory = "memory:64MiB";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [MountTheory]
    [InlineData("iolog2")]
    [InlineData("iolog3")]
    public void Recording_OfFio_HasEveryRequest_AndFioPlaysItAgain(string format)
    {
        const int requests = 1024;
        string first = Record("first", volume => Shell.Run(
            $"fio --name=a --filename='{volume.Disk}' --size=4m --bs=4k --rw=randrw --direct=1 --ioengine=libaio "
            + "--iodepth=16 --fsync=64"));
        string second = Record("second", volume =>
        {
            string log = _folder.File("replayed.log");
            Trace("convert", _folder.File("first.trace"), log, "--format", format, "--directory", volume.MountPoint);
            Shell.Run($"fio --name=replay --read_iolog='{log}' --replay_no_stall=1 --direct=1 --ioengine=psync");
        });

        string[] asked = Transfers(first);
        Assert.Equal(requests, asked.Length);
        Assert.Equal(asked.Order(), Transfers(second).Order());
        Assert.Equal(Count(first, "flush"), Count(second, "flush"));
        Assert.True(Count(first, "flush") > 0, "fio sent no fsync");
        Assert.DoesNotContain(File.ReadLines(first).Skip(1), line => line.EndsWith(",0", StringComparison.Ordinal));
        Assert.Contains(string.Create(CultureInfo.InvariantCulture, $": {File.ReadLines(first).Count() - 1} arrivals"),
            Trace("info", _folder.File("first.trace")), StringComparison.Ordinal);
    }

    [MountFact]
    public void Iolog_ThatFioWrote_IsRead()
    {
        string log = _folder.File("fio.log");
        string csv = _folder.File("fio.csv");
        Shell.Run($"fio --name=a --filename='{_folder.File("data")}' --size=1m --bs=4k --rw=randrw --fsync=32 "
            + $"--write_iolog='{log}'");

        Trace("convert", log, csv);

        string[] words = [.. File.ReadLines(log).Select(line => line.Split(' ')).Where(parts => parts.Length == 5)
            .Select(parts => parts[2] == "sync" ? "flush,0,0" : $"{parts[2]},{parts[3]},{parts[4]}")];
        Assert.True(words.Length > 256, "fio wrote too few lines");
        Assert.Equal(words, File.ReadLines(csv).Skip(1).Select(line => line.Split(','))
            .Select(parts => $"{parts[1]},{parts[3]},{parts[4]}"));
    }

    [MountFact]
    public void FullDisk_WhileRecording_StopsTheRecordingLoudly_AndNeverTheMount()
    {
        using KernelMount tmpfs = KernelMount.Tmpfs(_folder.Folder("tmpfs"), "256k");
        string trace = Path.Combine(tmpfs.Path, "a.trace");
        using MountedVolume volume = MountedVolume.Start(Memory, "--record", trace);
        Shell.Run($"fio --name=a --filename='{volume.Disk}' --size=64m --io_size=256m --bs=4k --rw=randwrite "
            + "--direct=1 --ioengine=libaio --iodepth=32 --norandommap");
        Until.True(() => volume.Process.Output.Contains("has stopped", StringComparison.Ordinal),
            () => $"nothing was said of the full disk:\n{volume.Process.Output}");

        Shell.Run($"fio --name=v --filename='{volume.Disk}' --size=16m --bs=64k --rw=write --direct=1 --verify=crc32c");
        string said = volume.Unmount();

        Assert.Contains($"recording to {trace} has stopped: No space left on device", said, StringComparison.Ordinal);
        Assert.Contains("The file is not whole", said, StringComparison.Ordinal);
        ShellResult info = Iomerge.Run("trace", "info", trace);
        Assert.Equal(ExitCodes.Runtime, info.ExitCode);
        Assert.Contains("without its closing block", info.Output, StringComparison.Ordinal);
    }

    [MountFact]
    public void Daemon_ThatRecords_LeavesAWholeTrace_AndIsGoneAfterTheUnmount()
    {
        string point = _folder.Folder("mnt");
        string trace = _folder.File("daemon.trace");
        try
        {
            ShellResult started = Iomerge.Run(
                "mount", point, "--volume", "disk=" + Memory, "--record", trace, "--daemon",
                "--log-file", _folder.File("log"));
            Assert.True(started.ExitCode == 0, started.Output);
            Shell.Run($"dd if=/dev/zero of='{point}/disk' bs=4k count=100 oflag=direct conv=notrunc status=none");

            ShellResult unmounted = Iomerge.Run("unmount", point);

            Assert.True(unmounted.ExitCode == 0, unmounted.Output);
            Assert.Contains(": 100 arrivals", Trace("info", trace), StringComparison.Ordinal);
            Assert.Contains($"recorded 100 arrivals to {trace}", File.ReadAllText(_folder.File("log")),
                StringComparison.Ordinal);
        }
        finally
        {
            Mounts.Clear(point);
        }
    }

    [MountFact]
    public void Kill_OfARecordingMount_LeavesATraceThatSaysItBrokeOff()
    {
        string trace = _folder.File("killed.trace");
        using MountedVolume volume = MountedVolume.Start(Memory, "--record", trace);
        Shell.Run($"dd if=/dev/zero of='{volume.Disk}' bs=4k count=10 oflag=direct conv=notrunc status=none");

        volume.Process.Signal(MountedVolume.SigKill);
        volume.Process.WaitForExit();

        ShellResult info = Iomerge.Run("trace", "info", trace);
        Assert.Equal(ExitCodes.Runtime, info.ExitCode);
        Assert.Contains("its recording was killed", info.Output, StringComparison.Ordinal);
    }

    [MountFact]
    public void PlaceThatCannotBeRecordedTo_IsRefusedBeforeTheMount_AndNothingIsOverwritten()
    {
        string point = _folder.Folder("mnt");
        string existing = _folder.File("existing");
        File.WriteAllText(existing, "mine");
        foreach ((string path, string cause) in (ReadOnlySpan<(string, string)>)
            [(Path.Combine(point, "a.trace"), "lies below the mount point"), (existing, "exists already"),
                (_folder.File("missing/a.trace"), "cannot be recorded to")])
        {
            ShellResult result = Iomerge.Run("mount", point, "--volume", "disk=" + Memory, "--record", path);

            Assert.Equal(ExitCodes.MountFailed, result.ExitCode);
            Assert.Contains(cause, result.Output, StringComparison.Ordinal);
        }
        Assert.False(Mounts.Has(point));
        Assert.Equal("mine", File.ReadAllText(existing));
    }

    /// <summary>Mounts, records what is done, and returns the trace as CSV.</summary>
    private string Record(string name, Action<MountedVolume> run)
    {
        string trace = _folder.File(name + ".trace"), csv = _folder.File(name + ".csv");
        using MountedVolume volume = MountedVolume.Start(Memory, "--record", trace);
        run(volume);
        Assert.Contains($"arrivals to {trace}", volume.Unmount(), StringComparison.Ordinal);
        Trace("convert", trace, csv);
        return csv;
    }

    private static string Trace(params string[] arguments)
    {
        ShellResult result = Iomerge.Run(["trace", .. arguments]);
        Assert.True(result.ExitCode == 0, result.Output);
        return result.Output;
    }

    private static string[] Transfers(string csv) =>
        [.. File.ReadLines(csv).Select(line => line.Split(',')).Where(parts => parts[1] is "read" or "write")
            .Select(parts => $"{parts[1]} {parts[3]} {parts[4]}")];

    private static int Count(string csv, string kind) =>
        File.ReadLines(csv).Count(line => line.Contains($",{kind},", StringComparison.Ordinal));
}
