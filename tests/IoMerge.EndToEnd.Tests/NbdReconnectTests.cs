using IoMerge.Benchmark.Mounted;

namespace IoMerge.EndToEnd.Tests;

/// <summary>A mounted volume whose NBD server dies, stops, or is not the one that was meant.</summary>
public sealed class NbdReconnectTests : IDisposable
{
    private const int Size = 16 << 20;
    private const int Kills = 20;
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [MountFact]
    public void Nbdkit_KilledTwentyTimesUnderLoad_LosesNothingAcknowledged()
    {
        string image = _folder.File("image");
        Shell.Run($"truncate -s {Size} '{image}'");
        using NbdServer server = NbdServer.Nbdkit(_folder, "file", image);
        using MountedVolume volume = MountedVolume.Start(server.Uri);
        using SequencedWriters writers = new(volume.Disk);

        for (int kill = 0; kill < Kills; kill++)
        {
            writers.WaitForWrites(writers.Writes + 200);
            server.Kill();
            server.Start();
        }

        writers.WaitForWrites(writers.Writes + 200);
        writers.Stop();
        Assert.False(writers.HaveFailed, "A write failed although the server came back.");
        // nbdkit's page cache outlives it: what it had acknowledged is in the file.
        writers.AssertNothingLost(image);
        writers.Dispose();
        Shell.Run($"umount '{volume.MountPoint}'");
        volume.Process.WaitForExit();
    }

    [MountFact]
    public void Nbdkit_DeadWithWritesThatWereNotFlushed_FailsTheNextFsync()
    {
        using NbdServer server = NbdServer.Nbdkit(_folder, "memory", $"{Size}");
        using MountedVolume volume = MountedVolume.Start(server.Uri);
        using RawFile file = new(volume.Disk, Native.O_RDWR | Native.O_DIRECT);
        using AlignedBuffer buffer = new(4096);
        Assert.Equal(4096, file.Write(buffer.Span, 0));

        server.Kill();
        server.Start();
        long sync = file.Sync();

        Assert.Equal(-Native.EIO, sync);
    }

    [MountFact]
    public void TheSummary_TellsHowTheVolumeStandsWithItsServer()
    {
        using NbdServer server = NbdServer.Nbdkit(_folder, "memory", $"{Size}");
        string file = _folder.File("summary");
        using MountedVolume volume = MountedVolume.Start(server.Uri, "--set", $"Mount:Summary={file}",
            "--set", "Volumes:disk:Backend:ReconnectTimeoutMs=100");

        NetworkState Ask()
        {
            volume.Process.Signal(MountedVolume.SigUsr1);
            return MountSummary.Parse(File.ReadAllBytes(file)).Stores["disk"].Network!;
        }

        Until.True(() => Ask() is { Connections: 4, IsLost: false }, () => $"It says {Ask()} with the server there.");
        server.Kill();
        Until.True(() => Ask() is { Connections: 0, IsLost: true }, () => $"It says {Ask()} without a server.");
        server.Start();
        Until.True(() => Ask() is { Connections: 4, Reconnects: >= 4, IsLost: false },
            () => $"It says {Ask()} with the server back.");
        volume.Unmount();
    }

    [MountTheory]
    [InlineData(true)]
    [InlineData(false)]
    public void Unmount_WhileTheServerIsAway_EndsInTime(bool isDead)
    {
        using NbdServer server = NbdServer.Nbdkit(_folder, "memory", $"{Size}");
        using MountedVolume volume = MountedVolume.Start(server.Uri,
            "--set", "Volumes:disk:Backend:ReconnectTimeoutMs=500", "--set",
            "Volumes:disk:Backend:RequestTimeoutMs=500");
        Shell.Run($"dd if=/dev/zero of='{volume.Disk}' bs=1M count=4 oflag=direct conv=notrunc status=none");
        if (isDead)
            server.Kill();
        else
            server.Stop();

        ShellResult read = Shell.Try($"dd if='{volume.Disk}' of=/dev/null bs=1M count=1 iflag=direct status=none");
        Shell.Run($"umount '{volume.MountPoint}'");

        Assert.Contains("Input/output error", read.Output, StringComparison.Ordinal);
        // What was written and not flushed is gone with the server: the end says so.
        Assert.NotEqual(0, volume.Process.WaitForExit());
        Assert.False(Mounts.Has(volume.MountPoint));
    }

    [MountFact]
    public void AServerThatIsNotThere_IsToldInASentence_AndNothingIsMounted()
    {
        string point = _folder.Folder("mnt");

        ShellResult result = Iomerge.Run(
            "mount", point, "--volume", $"disk=nbd+unix:///?socket={_folder.File("nowhere.sock")}");

        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains("nowhere.sock", result.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Output, StringComparison.Ordinal);
        Assert.False(Mounts.Has(point));
    }

    [MountFact]
    public void AnExportThatIsNotThere_IsToldWithItsName_AndNothingIsMounted()
    {
        string point = _folder.Folder("mnt"), image = _folder.File("image");
        Shell.Run($"truncate -s {Size} '{image}'");
        using NbdServer server = NbdServer.Qemu(_folder, "--format", "raw", "--export-name", "disk", image);

        ShellResult result = Iomerge.Run(
            "mount", point, "--volume", $"disk=nbd+unix:///dusk?socket={server.Socket}");

        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains("dusk", result.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Output, StringComparison.Ordinal);
        Assert.False(Mounts.Has(point));
    }
}
