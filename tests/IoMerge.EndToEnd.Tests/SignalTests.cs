namespace IoMerge.EndToEnd.Tests;

/// <summary>Signals that end ordinary programs, and not a storage server.</summary>
public sealed class SignalTests
{
    [MountFact]
    public void Server_WhoseOutputNobodyReads_ServesOnAndEndsWithZero()
    {
        using TemporaryFolder folder = new();
        string pipe = folder.File("output");
        Shell.Run($"mkfifo '{pipe}'");
        // Opened while it has a reader, and written to when it has none any more: each write would be a SIGPIPE.
        using MountedVolume volume = MountedVolume.StartAt(
            folder.Folder("mnt"), null,
            arguments => ChildProcess.Start(
                "/bin/bash",
                ["-c", $"exec 3<>'{pipe}' >'{pipe}' 2>&1 3>&-; exec \"$0\" \"$@\"", Iomerge.Path, .. arguments]),
            ["--volume", "disk=memory:16MiB", "--set", "Logging:LogLevel:Default=Debug"]);

        Shell.Run($"dd if=/dev/urandom of='{volume.Disk}' bs=1M count=16 oflag=direct conv=notrunc status=none");
        // Handled or not, what a closed pipe sends may also come from anybody else.
        volume.Process.Signal(SigPipe);
        volume.Process.Signal(SigXfsz);
        Shell.Run($"dd if='{volume.Disk}' of=/dev/null bs=1M iflag=direct status=none");

        volume.Unmount();
    }

    private const int SigPipe = 13;
    private const int SigXfsz = 25;
}
