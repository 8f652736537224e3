using System.Runtime.InteropServices;
using System.Text;

namespace IoMerge.EndToEnd.Tests;

/// <summary>Settings that change while volumes are mounted: under load, by whom, and what of it is told.</summary>
public sealed class SettingsTests
{
    private const string Attribute = "user.iomerge.set";
    private const string Mark = "<!-- run by SettingsTests -->";

    // "nobody" on every distribution.
    private const int User = 65534;

    [MountTheory]
    [InlineData("Parallel")]
    [InlineData("AsyncSplit")]
    public void Settings_ChangedAllTheTimeUnderLoad_LoseNothing_AndTheSummaryHasTheLast(string mode)
    {
        using Store store = new(StoreKind.PageCacheFile, 64 << 20);
        // A store that takes its time: requests are queued, held and in flight whenever something changes.
        using MountedVolume volume = MountedVolume.Start(store.Spec, [.. Matrix.Mode(mode), .. StoreLog.Delay(0, 300)]);
        using ChildProcess fio = ChildProcess.Start("/bin/bash", "-c",
            $"exec timeout 300 fio --name=global --filename='{volume.Disk}' --direct=1 --ioengine=libaio --iodepth=32 "
            + "--bs=4k --size=16m --verify=crc32c --verify_fatal=1 "
            + "--name=ordered --rw=write --name=anywhere --rw=randwrite --offset=32m");

        int changes = 0;
        while (!fio.HasExited)
        {
            Assert.Equal(0, Set(volume.Disk, Combination(changes)));
            changes++;
        }

        Assert.True(fio.WaitForExit() == 0, fio.Output);
        Assert.InRange(changes, 64, int.MaxValue);
        ShellResult last = Iomerge.Run("set", volume.Disk, "Policy=Fifo", "Depth=7", "Merge:MaxBytes=256KiB");
        Assert.True(last.ExitCode == 0, last.Output);
        Assert.Contains("until it is unmounted", last.Output, StringComparison.Ordinal);
        Assert.Contains("appsettings.json", last.Output, StringComparison.Ordinal);
        string said = volume.Unmount();
        Assert.Matches("policy Fifo, merge All up to 256KiB .*depth 7,|policy Fifo, no merging, depth 7,", said);
    }

    [MountFact]
    public void Settings_OfTheMountPoint_AreThoseOfAllVolumes()
    {
        using MountedVolume volume = MountedVolume.Start("memory:16MiB", "--volume", "other=memory:16MiB");

        Assert.Equal(0, Set(volume.MountPoint, "Policy=Scan\nDepth=5"));

        foreach (string name in (string[])["disk", "other"])
        {
            Shell.Run($"dd if=/dev/zero of='{volume.MountPoint}/{name}' bs=64k count=4 oflag=direct conv=notrunc "
                + "status=none");
        }
        string said = volume.Unmount();
        Assert.Equal(2, said.Split('\n').Count(
            line => line.Contains("policy Scan", StringComparison.Ordinal)
                && line.Contains("depth 5", StringComparison.Ordinal)));
    }

    [MountFact]
    public void Settings_ByAnOrdinaryUser_AreNotPermitted_WhateverTheVolumesMode()
    {
        using MountedVolume volume = MountedVolume.Start(
            "memory:16MiB", "--allow-other", "--set", "Volumes:disk:Mode=0666");
        int asUser = -1, asRoot = -1;
        // A thread of its own, which ends with what it became.
        var thread = new Thread(() =>
        {
            _ = Native.SetFsUid(User);
            asUser = Set(volume.Disk, "Depth=5");
            _ = Native.SetFsUid(0);
            asRoot = Set(volume.Disk, "Depth=6");
        });
        thread.Start();
        thread.Join();

        Assert.Equal((Native.EPERM, 0), (asUser, asRoot));
        volume.Unmount();
    }

    [MountFact]
    public void Settings_ThatAreWrong_AreRefusedWithTheRule_AndOtherAttributesChangeNothing()
    {
        using MountedVolume volume = MountedVolume.Start("memory:16MiB");

        ShellResult wrong = Iomerge.Run("set", volume.Disk, "Depth=0", "Polcy=Scan", "QueueMaxBytes=1GiB");
        int raw = Set(volume.Disk, "Depth=0");
        int unknown = Set(volume.Disk, "Depth=5", "user.other");
        int after = Set(volume.Disk, "Depth=5");
        ShellResult missing = Iomerge.Run("set", Path.Combine(volume.MountPoint, "dsk"), "Depth=5");

        Assert.Equal(ExitCodes.Usage, wrong.ExitCode);
        string[] parts = ["a whole number from 1 to 1024", "did you mean Policy?", "cannot be changed while mounted"];
        Assert.All(parts, part => Assert.Contains(part, wrong.Output, StringComparison.Ordinal));
        // The kernel goes on asking after an attribute that is not there.
        Assert.Equal((Native.EINVAL, Native.EOPNOTSUPP, 0), (raw, unknown, after));
        Assert.Equal(ExitCodes.Runtime, missing.ExitCode);
        Assert.Contains("dsk", missing.Output, StringComparison.Ordinal);
        Assert.Matches("volume disk: settings that user 0 .* a whole number from 1 to 1024", volume.Unmount());
    }

    [MountFact]
    public void Settings_OfADaemon_ChangeToo_AndItsLogHasOldAndNew()
    {
        using TemporaryFolder folder = new();
        string point = folder.Folder("mnt"), log = folder.File("log");
        try
        {
            ShellResult mount = Iomerge.Run("mount", point, "--volume", "disk=memory:16MiB", "--daemon",
                "--log-file", log, "--set", "Logging:LogLevel:Default=Information");
            Assert.True(mount.ExitCode == 0, mount.Output);

            ShellResult set = Iomerge.Run("set", $"{point}/disk", "Policy=Scan", "Depth=8");
            ShellResult unmount = Iomerge.Run("unmount", point);

            Assert.True(set.ExitCode == 0 && unmount.ExitCode == 0, set.Output + unmount.Output);
            Assert.Contains("volume disk: settings changed by user 0", File.ReadAllText(log), StringComparison.Ordinal);
            Assert.Contains("Policy Deadline -> Scan, Depth 32 -> 8", File.ReadAllText(log), StringComparison.Ordinal);
        }
        finally
        {
            Mounts.Clear(point);
        }
    }

    [MountFact]
    public void Readme_ExampleOfAChange_WorksAsItIsWritten()
    {
        using MountedVolume volume = MountedVolume.Start("memory:16MiB");
        string[] commands = [.. File.ReadLines(RepositoryRoot.Combine("README.md"))
            .SkipWhile(line => line != Mark).Skip(2).TakeWhile(line => line != "```")];
        string script = string.Join('\n', commands)
            .Replace("/mnt/iomerge", volume.MountPoint, StringComparison.Ordinal)
            .Replace("./iomerge", Iomerge.Path, StringComparison.Ordinal);

        ShellResult result = Shell.Try("set -e\n" + script);

        Assert.True(result.ExitCode == 0, result.Output);
        Assert.Single(commands);
        Shell.Run($"dd if=/dev/zero of='{volume.Disk}' bs=64k count=4 oflag=direct conv=notrunc status=none");
        Assert.Contains("policy Scan, merge All up to 256KiB or 256 requests, depth 8", volume.Unmount(),
            StringComparison.Ordinal);
    }

    /// <summary>One after the other, every policy with and without merging, in small and large depth.</summary>
    private static string Combination(int number) => string.Join('\n',
        $"Policy={Matrix.Policies[number % 4]}",
        $"Merge:Level={(number / 4 % 2 == 0 ? "Off" : "All")}",
        $"Depth={(number / 8 % 2 == 0 ? 1 : 32)}",
        $"Hold:Mode={(number / 16 % 2 == 0 ? "SelfClocked" : "Off")}");

    /// <summary>As setfattr(1) does it; the errno.</summary>
    private static int Set(string path, string settings, string name = Attribute)
    {
        byte[] value = Encoding.UTF8.GetBytes(settings);
        return Native.SetXAttr(path, name, value, value.Length, 0) == 0 ? 0 : Marshal.GetLastPInvokeError();
    }
}
