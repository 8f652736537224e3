using System.Globalization;

namespace IoMerge.EndToEnd.Tests;

/// <summary>However a mount is ended, what was acknowledged is in the store, and the exit code is true.</summary>
public sealed class ShutdownTests
{
    private const long Size = 64 << 20;

    [MountFact]
    public void Umount_OfIdleVolume_EndsServerWithZeroAndSummary()
    {
        using MountedVolume volume = MountedVolume.Start("memory:64MiB");
        Shell.Run($"dd if=/dev/zero of='{volume.Disk}' bs=1M count=8 oflag=direct conv=notrunc status=none");

        string said = volume.Unmount();

        Assert.Contains("disk", said, StringComparison.Ordinal);
        Assert.Contains("requests", said, StringComparison.OrdinalIgnoreCase);
        Assert.False(Mounts.Has(volume.MountPoint));
    }

    [MountFact]
    public void UnmountCommand_OfVolume_EndsServerWithZero()
    {
        using MountedVolume volume = MountedVolume.Start("memory:64MiB");

        ShellResult result = Iomerge.Run("unmount", volume.MountPoint);

        Assert.True(result.ExitCode == 0, result.Output);
        volume.WaitForCleanExit();
        Assert.False(Mounts.Has(volume.MountPoint));
    }

    [MountFact]
    public void UnmountCommand_OfBusyVolume_SaysSoAndLeavesItMounted()
    {
        using MountedVolume volume = MountedVolume.Start("memory:64MiB");
        using RawFile user = new(volume.Disk);

        ShellResult result = Iomerge.Run("unmount", volume.MountPoint);

        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains("busy", result.Output, StringComparison.OrdinalIgnoreCase);
        Assert.True(Mounts.Has(volume.MountPoint));
        Assert.Equal(4096, user.Write(new byte[4096], 0));
    }

    [MountTheory]
    [InlineData(MountedVolume.SigTerm)]
    [InlineData(MountedVolume.SigInt)]
    public void Signal_OfIdleVolume_UnmountsAndEndsWithZero(int signal)
    {
        using MountedVolume volume = MountedVolume.Start("memory:64MiB");

        volume.Process.Signal(signal);

        volume.WaitForCleanExit();
        Assert.False(Mounts.Has(volume.MountPoint));
    }

    [MountTheory]
    [MemberData(nameof(Matrix.LastingStores), MemberType = typeof(Matrix))]
    public void SigTerm_UnderLoad_LosesNothing(StoreKind kind) => AssertSigTermLosesNothing(kind, 5_000);

    [MountTheory]
    [MemberData(nameof(Matrix.ModesAndPoliciesOnStores), MemberType = typeof(Matrix))]
    public void SigTerm_UnderLoadInEachModeUnderEachPolicy_LosesNothing(StoreKind kind, string mode, string policy) =>
        AssertSigTermLosesNothing(kind, 1_000, Matrix.Arguments(mode, policy));

    [MountTheory]
    [MemberData(nameof(Matrix.AllLasting), MemberType = typeof(Matrix))]
    public void SigKill_UnderLoad_LosesNothingAcknowledged(StoreKind kind, string mode, string policy)
    {
        using Store store = new(kind, Size);
        using MountedVolume volume = MountedVolume.Start(store.Spec, Matrix.Arguments(mode, policy));
        using SequencedWriters writers = new(volume.Disk);
        writers.WaitForWrites(2_000);

        volume.Process.Signal(MountedVolume.SigKill);

        volume.Process.WaitForExit();
        writers.Stop();
        store.Settle();
        writers.AssertNothingLost(store.File!);
    }

    [MountFact]
    public void Daemon_Mount_ReturnsOnceMountedAndEndsByUmount()
    {
        using TemporaryFolder folder = new();
        string point = folder.Folder("mnt");
        try
        {
            ShellResult result = Iomerge.Run("mount", point, "--volume", "disk=memory:64MiB", "--daemon");

            Assert.True(result.ExitCode == 0, result.Output);
            Assert.True(Mounts.Has(point));
            Shell.Run($"dd if=/dev/zero of='{point}/disk' bs=1M count=4 oflag=direct conv=notrunc status=none");
            int server = int.Parse(
                Shell.Run($"pgrep -f 'iomerge.*{point}'").Split('\n')[0], CultureInfo.InvariantCulture);
            Shell.Run($"umount '{point}'");
            Until.True(() => !Directory.Exists($"/proc/{server}"), () => "The daemon lives on after umount.");
        }
        finally
        {
            Mounts.Clear(point);
        }
    }

    [MountFact]
    public void Daemon_MountThatFails_RelaysMessageAndExitCode()
    {
        ShellResult result = Iomerge.Run("mount", "/nonexistent/place", "--volume", "disk=memory:64MiB", "--daemon");

        Assert.Equal(ExitCodes.MountFailed, result.ExitCode);
        Assert.Contains("/nonexistent/place", result.Output, StringComparison.Ordinal);
    }

    private static void AssertSigTermLosesNothing(StoreKind kind, int writes, params IEnumerable<string> arguments)
    {
        using Store store = new(kind, Size);
        // The writers keep the volume open: do not wait long for them to leave.
        using MountedVolume volume = MountedVolume.Start(
            store.Spec, ["--set", "Mount:BusyTimeoutMs=200", .. arguments]);
        using SequencedWriters writers = new(volume.Disk);
        writers.WaitForWrites(writes);

        volume.Process.Signal(MountedVolume.SigTerm);

        volume.WaitForCleanExit();
        writers.Stop();
        store.Settle();
        writers.AssertNothingLost(store.File!);
        Assert.False(Mounts.Has(volume.MountPoint));
    }
}
