using System.Globalization;

namespace IoMerge.EndToEnd.Tests;

/// <summary>A store that is much slower than its callers: they can leave, and so can the server.</summary>
public sealed class OverloadTests
{
    // One operation at a time, each so long that whatever is done meanwhile is done long before its end.
    private const int OperationUs = 10_000_000;

    [MountFact]
    public void Signal_ToAReaderInTheQueue_EndsHisWaitAndHisRequest()
    {
        using TemporaryFolder folder = new();
        string summary = folder.File("summary.json");
        using MountedVolume volume = MountedVolume.Start(
            "memory:64MiB",
            ["--set", "Scheduler:Depth=1", "--summary", summary, .. StoreLog.Delay(0, OperationUs)]);
        using ChildProcess atTheStore = StartReader(volume, block: 0);
        using ChildProcess queued = StartReader(volume, block: 1000);
        // What the kernel has not handed out yet it takes back itself.
        Until.True(
            () => HasTakenInTwoReads(volume, summary),
            () => "Only one of the reads was taken in: " + volume.Process.Output);

        queued.Signal(MountedVolume.SigInt);
        queued.WaitForExit();

        Assert.False(atTheStore.HasExited, "both were answered: nothing was shown");
        Assert.Equal(0, atTheStore.WaitForExit());
        string said = volume.Unmount();
        Assert.Contains("operations out (1 reads, 0 writes", said, StringComparison.Ordinal);
        Assert.Contains("1 were taken back", said, StringComparison.Ordinal);
    }

    [MountFact]
    public void SigTerm_WhileAllBoundsAreExhausted_EndsBoundedAndSaysWhatWasNotStored()
    {
        using MountedVolume volume = MountedVolume.Start(
            "memory:64MiB",
            [
                "--set", "Scheduler:Depth=1", "--set", "Scheduler:QueueMaxRequests=4",
                "--set", "Scheduler:Merge:Level=Off", "--set", "Scheduler:DrainTimeoutMs=1000",
                "--set", "Mount:BusyTimeoutMs=200", .. StoreLog.Delay(0, OperationUs),
            ]);
        using ChildProcess writer = ChildProcess.Start(
            "/bin/bash", "-c", $"cd /var/tmp && exec fio --name=w --filename='{volume.Disk}' --rw=randwrite --bs=4k "
                + "--iodepth=200 --size=64m --ioengine=libaio --direct=1 --verify_state_save=0");
        using TemporaryFolder folder = new();
        string control = folder.Folder("fusectl");
        Shell.Run($"mount -t fusectl none '{control}'");
        try
        {
            // More than the bound and the plug beyond it: the readers have stopped, and the kernel holds the rest.
            string waiting = $"{control}/{Mounts.Device(volume.MountPoint)}/waiting";
            Until.True(
                () => int.Parse(File.ReadAllText(waiting), CultureInfo.InvariantCulture) >= 200,
                () => "The requests did not come.");
        }
        finally
        {
            Mounts.Clear(control);
        }

        volume.Process.Signal(MountedVolume.SigTerm);

        Assert.Equal(ExitCodes.Runtime, volume.Process.WaitForExit());
        Assert.Contains("the store did not take everything", volume.Process.Output, StringComparison.Ordinal);
        Assert.NotEqual(0, writer.WaitForExit());
        Assert.False(Mounts.Has(volume.MountPoint));
    }

    private static bool HasTakenInTwoReads(MountedVolume volume, string summary)
    {
        volume.Process.Signal(MountedVolume.SigUsr1);
        return File.Exists(summary)
            && File.ReadAllText(summary).Contains("\"readsIn\": 2,", StringComparison.Ordinal);
    }

    /// <summary>Starts a process that reads one block, and returns once it waits for the server.</summary>
    private static ChildProcess StartReader(MountedVolume volume, int block)
    {
        ChildProcess reader = ChildProcess.Start(
            "/bin/dd", $"if={volume.Disk}", "of=/dev/null", "bs=4096", "count=1", $"skip={block}", "iflag=direct");
        Until.True(
            () => reader.HasExited || WaitsForFuse(reader.Id), () => $"The reader does not wait: {reader.Output}");
        Assert.False(reader.HasExited, reader.Output);
        return reader;
    }

    // pread or read of the volume, as the only thing that takes long: the file is open and the call has not returned.
    private static bool WaitsForFuse(int process)
    {
        try
        {
            string? input = new FileInfo($"/proc/{process}/fd/0").LinkTarget;
            return input is not null && input.EndsWith("/disk", StringComparison.Ordinal)
                && File.ReadAllText($"/proc/{process}/wchan").Contains("request_wait_answer", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false;
        }
    }
}
