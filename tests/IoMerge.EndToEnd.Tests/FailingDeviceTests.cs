using System.Globalization;
using System.Text.Json;
using IoMerge.Benchmark.Mounted;
using IoMerge.Scheduler;

namespace IoMerge.EndToEnd.Tests;

/// <summary>
/// A device that fails while 32 requests are in flight, on each engine: each of them ends, with an error where that is
/// due, and the mount serves what is still there.
/// </summary>
public sealed class FailingDeviceTests : IDisposable
{
    private const int Size = 32 << 20;
    private const int BlockSize = 4096;
    private readonly TemporaryFolder _folder = new();
    private readonly StoreLog _log = new();

    /// <summary>
    /// Each engine with operations of one request, as many as there are requests, and with merged ones.
    /// </summary>
    public static TheoryData<string, string> Loads()
    {
        TheoryData<string, string> data = [];
        foreach (string engine in Machine.HasIoUring ? new[] { "IoUring", "Threads" } : ["Threads"])
        {
            data.Add(engine, "alone");
            data.Add(engine, "together");
        }
        return data;
    }

    [MountTheory]
    [MemberData(nameof(Loads))]
    public void DeviceThatLosesItsSecondHalf_UnderReads_FailsThose_AndServesTheRest(string engine, string how)
    {
        string backing = _folder.File("store.img");
        Shell.Run($"head -c {Size} /dev/urandom > '{backing}'");
        using LoopDevice device = new(backing);
        using MountedVolume volume = Mount(device, engine, how);
        // For a time, so that the device fails in the middle.
        using ChildProcess fio = StartFio(volume, (how == "alone" ? "randread" : "read") + " --time_based --runtime=5");
        Until.True(() => Reads(device) > 200, () => $"No reads arrive: {fio.Output}");

        Shell.Run($"truncate -s {Size / 2} '{backing}'");
        long failed = AssertAllEnded(fio);

        Shell.Run($"dd if='{volume.Disk}' bs=64k count={Size / 2 >> 16} iflag=direct status=none | cmp - '{backing}'");
        using (RawFile file = new(volume.Disk, Native.O_RDONLY | Native.O_DIRECT))
        using (AlignedBuffer buffer = new(BlockSize))
        {
            Assert.Equal(-Native.EIO, file.Read(buffer.Span, Size / 2));
            Assert.Equal(-Native.EIO, file.Read(buffer.Span, Size - BlockSize));
        }
        AssertEndsWell(volume, failed + 2, "Read", how);
    }

    [MountTheory]
    [MemberData(nameof(Loads))]
    public void DeviceThatFillsUp_UnderWrites_FailsThose_AndServesTheRest(string engine, string how)
    {
        using KernelMount tmpfs = KernelMount.Tmpfs(_folder.Folder("tmpfs"), $"{Size / 2}");
        // The first 4 MiB have their pages; the others are taken up by what is written, as long as there are any.
        string backing = Path.Combine(tmpfs.Path, "store.img");
        Shell.Run($"truncate -s {Size} '{backing}' && fallocate -l 4M '{backing}'");
        using LoopDevice device = new(backing);
        using MountedVolume volume = Mount(device, engine, how);
        using ChildProcess fio = StartFio(volume, how == "alone" ? "randwrite" : "write");
        long failed = AssertAllEnded(fio);

        string source = _folder.File("source");
        Shell.Run($"head -c 4M /dev/urandom > '{source}'");
        Shell.Run($"dd if='{source}' of='{volume.Disk}' bs=64k oflag=direct conv=notrunc status=none");
        Shell.Run($"dd if='{volume.Disk}' bs=64k count=64 iflag=direct status=none | cmp - '{source}'");
        AssertEndsWell(volume, failed, "Write", how);
    }

    public void Dispose()
    {
        _log.Dispose();
        _folder.Dispose();
    }

    private string Summary => _folder.File("summary.json");

    // With few operations at a time most requests wait, and travel together.
    private MountedVolume Mount(LoopDevice device, string engine, string how) => MountedVolume.Start(
        $"block:{device.Path}",
        [.. how == "alone" ? (string[])["--policy", "None"] : ["--set", "Scheduler:Depth=2"],
            "--set", $"Volumes:disk:Backend:Engine={engine}", "--set", $"Mount:Summary={Summary}",
            .. _log.Arguments(0)]);

    // A lost request would hold it up for ever: then it is killed, and its end is none of its own. It goes on after
    // errors that it is told to ignore, and counts them.
    private ChildProcess StartFio(MountedVolume volume, string pattern) => ChildProcess.Start(
        "/bin/bash", "-c", $"timeout --kill-after=5 60 fio --name=load --filename='{volume.Disk}' --rw={pattern} "
            + $"--bs=4k --size={Size} --direct=1 --ioengine=libaio --iodepth=32 "
            + "--continue_on_error=all --ignore_error=EIO:ENOSPC,EIO:ENOSPC --output-format=json "
            + $"--output='{_folder.File("fio.json")}' 2>'{_folder.File("errors")}'");

    /// <summary>Waits until fio has the answers to all its requests; returns how many were errors.</summary>
    private long AssertAllEnded(ChildProcess fio)
    {
        int exitCode = fio.WaitForExit();
        Assert.True(exitCode is 0 or 1, $"fio ended with {exitCode} (124: requests are lost): {fio.Output}");
        // Messages come before the report.
        string output = File.ReadAllText(_folder.File("fio.json"));
        using JsonDocument report = JsonDocument.Parse(output[output.IndexOf("{\n", StringComparison.Ordinal)..]);
        JsonElement job = report.RootElement.GetProperty("jobs")[0];
        Assert.Contains(job.GetProperty("first_error").GetInt32(), (int[])[Native.EIO, Native.ENOSPC]);
        return job.GetProperty("total_err").GetInt64();
    }

    private void AssertEndsWell(MountedVolume volume, long failed, string kind, string how)
    {
        volume.Unmount();
        SchedulerSnapshot did = MountSummary.Parse(File.ReadAllBytes(Summary)).Volumes["disk"];
        Assert.Equal((did.RequestsIn, 0L, failed), (did.RequestsCompleted, did.InFlight, did.RequestsFailed));
        StoreOperation[] errors = [.. _log.Read().Where(operation => operation.Error != "ok")];
        Assert.All(errors, operation => Assert.Equal(kind, operation.Kind));
        // Full is told by newer kernels; before, it was an error like any other.
        Assert.All(errors, operation => Assert.Contains(operation.Error, (string[])["EIO", "ENOSPC"]));
        Assert.Equal(how == "together", errors.Any(operation => operation.Members > 1));
    }

    // What the device has ended: the first field of its statistics.
    private static long Reads(LoopDevice device) => long.Parse(
        File.ReadAllText($"/sys/block/{Path.GetFileName(device.Path)}/stat")
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)[0], CultureInfo.InvariantCulture);
}
