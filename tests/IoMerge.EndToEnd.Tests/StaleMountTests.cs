namespace IoMerge.EndToEnd.Tests;

/// <summary>A server that died leaves a dead mount; the next start knows it for what it is.</summary>
public sealed class StaleMountTests
{
    [MountFact]
    public void Mount_OverDeadMount_SaysStaleAndNamesTheWayOut()
    {
        using MountedVolume dead = KilledMount();

        ShellResult result = Iomerge.Run("mount", dead.MountPoint, "--volume", "disk=memory:64MiB");

        Assert.Equal(ExitCodes.MountFailed, result.ExitCode);
        Assert.Contains("stale", result.Output, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("--clean-stale", result.Output, StringComparison.Ordinal);
        Assert.True(Mounts.Has(dead.MountPoint), "nothing is taken away unasked");
    }

    [MountFact]
    public void Mount_OverDeadMountWithCleanStale_TakesItsPlace()
    {
        using MountedVolume dead = KilledMount();

        using MountedVolume volume = MountedVolume.StartAt(
            dead.MountPoint, "--volume", "disk=memory:64MiB", "--clean-stale");

        Assert.True(File.Exists(volume.Disk));
        volume.Unmount();
        Assert.False(Mounts.Has(dead.MountPoint));
    }

    [MountFact]
    public void UnmountCommand_OfDeadMount_CleansIt()
    {
        using MountedVolume dead = KilledMount();

        ShellResult result = Iomerge.Run("unmount", dead.MountPoint);

        Assert.True(result.ExitCode == 0, result.Output);
        Assert.False(Mounts.Has(dead.MountPoint));
    }

    [MountFact]
    public void CleanStale_OverLivingMount_LeavesItAlone()
    {
        using MountedVolume living = MountedVolume.Start("memory:64MiB");

        ShellResult result = Iomerge.Run(
            "mount", living.MountPoint, "--volume", "disk=memory:64MiB", "--clean-stale");

        Assert.Equal(ExitCodes.MountFailed, result.ExitCode);
        Assert.True(File.Exists(living.Disk));
        living.Unmount();
    }

    private static MountedVolume KilledMount()
    {
        MountedVolume volume = MountedVolume.Start("memory:64MiB");
        volume.Process.Signal(MountedVolume.SigKill);
        volume.Process.WaitForExit();
        return volume;
    }
}
