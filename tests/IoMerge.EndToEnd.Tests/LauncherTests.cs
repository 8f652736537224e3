namespace IoMerge.EndToEnd.Tests;

/// <summary>The first command of the README, as a newcomer types it.</summary>
public sealed class LauncherTests
{
    [MountFact]
    public void Launcher_FromAnotherFolder_MountsTheDefaultVolume()
    {
        using TemporaryFolder folder = new();
        string point = folder.Folder("mnt");
        using MountedVolume volume = MountedVolume.StartAt(
            point, null,
            arguments => ChildProcess.Start(
                "/bin/bash", ["-c", "cd / && exec \"$0\" \"$@\"", RepositoryRoot.Combine("iomerge"), .. arguments]),
            []);

        Shell.Run($"dd if=/dev/urandom of='{volume.Disk}' bs=1M count=64 oflag=direct conv=notrunc status=none");
        Shell.Run($"dd if='{volume.Disk}' of=/dev/null bs=1M count=64 iflag=direct status=none");

        Assert.Equal(1L << 30, new FileInfo(volume.Disk).Length);
        volume.Unmount();
    }
}
