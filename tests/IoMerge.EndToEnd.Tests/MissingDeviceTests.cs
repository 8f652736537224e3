namespace IoMerge.EndToEnd.Tests;

/// <summary>A machine without /dev/fuse: the cause, the way out, and nothing left behind.</summary>
public sealed class MissingDeviceTests : IDisposable
{
    // What a program finds in /dev of a container that was not given the device.
    private const string HideDevice = "mount -t tmpfs none /dev; mknod -m 666 /dev/null c 1 3; "
        + "mknod -m 666 /dev/zero c 1 5; mknod -m 666 /dev/random c 1 8; mknod -m 666 /dev/urandom c 1 9; ";

    private readonly TemporaryFolder _folder = new();

    [MountTheory]
    [InlineData("")]
    [InlineData("--daemon")]
    public void Mount_WithoutTheDevice_NamesItAndTheWayOut_AndLeavesNothing(string daemon)
    {
        string point = _folder.Folder("mnt"), store = _folder.File("store.img"), trace = _folder.File("day.trace");

        ShellResult result = RunWithoutDevice(
            $"'{Iomerge.Path}' mount '{point}' --volume 'disk=file:{store},create=1MiB' --record '{trace}' {daemon}");

        Assert.True(result.ExitCode == ExitCodes.MountFailed, result.Output);
        Assert.Contains("there is no /dev/fuse", result.Output, StringComparison.Ordinal);
        Assert.Contains("modprobe fuse", result.Output, StringComparison.Ordinal);
        Assert.Contains("--device /dev/fuse", result.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Output, StringComparison.Ordinal);
        // Neither a store nor a recording of what never was.
        Assert.Equal([point], Directory.EnumerateFileSystemEntries(_folder.Path));
    }

    [MountFact]
    public void Mount_WithoutTheDevice_LeavesAStoreUntouchedAndFree()
    {
        string point = _folder.Folder("mnt"), store = _folder.File("store.img"), model = _folder.File("model");
        Shell.Run($"head -c 1M /dev/urandom > '{store}' && cp '{store}' '{model}'");

        ShellResult result = RunWithoutDevice($"'{Iomerge.Path}' mount '{point}' --volume 'disk=file:{store}'");

        Assert.Equal(ExitCodes.MountFailed, result.ExitCode);
        Shell.Run($"cmp '{store}' '{model}'");
        using MountedVolume volume = MountedVolume.StartAt(point, "--volume", $"disk=file:{store}");
        volume.Unmount();
    }

    public void Dispose() => _folder.Dispose();

    // Within it: what it leaves mounted or running there fails the script. Alone in its processes, with its mounts.
    private static ShellResult RunWithoutDevice(string command)
    {
        using ChildProcess script = ChildProcess.Start(
            "unshare", "--mount", "--propagation", "private", "--pid", "--fork", "--mount-proc", "/bin/bash", "-uc",
            $"{HideDevice} before=$(cat /proc/self/mountinfo); {command}; code=$?; "
            + "[[ $(cat /proc/self/mountinfo) == \"$before\" ]] || { echo mounted; exit 100; }; "
            + "! pgrep iomerge || { echo running; exit 101; }; exit $code");
        return new ShellResult(command, script.WaitForExit(), script.Output);
    }
}
