namespace IoMerge.EndToEnd.Tests;

/// <summary>Images of a Ceph cluster, mounted and used with the tools people use.</summary>
public sealed class RbdVolumeTests
{
    private const long Size = 64 << 20;

    private static CephCluster Cluster => CephCluster.Shared;

    [MountFact]
    public void Image_WrittenAndReadByDd_HoldsTheSameBytesForOthersToo()
    {
        using TemporaryFolder folder = new();
        using CephImage image = Cluster.CreateImage(Size);
        using MountedVolume volume = MountedVolume.Start(image.Spec);
        string source = folder.File("source"), disk = volume.Disk;
        Shell.Run($"head -c 12M /dev/urandom > '{source}'");

        Shell.Run($"dd if='{source}' of='{disk}' bs=2M oflag=direct conv=notrunc status=none");
        Shell.Run(
            $"dd if='{source}' of='{disk}' bs=4k count=200 skip=100 seek=100 oflag=direct conv=notrunc status=none");
        Shell.Run($"dd if='{source}' of='{disk}' bs=70001 count=20 skip=9 seek=9 conv=notrunc,fsync status=none");
        Shell.Run($"dd if='{disk}' bs=64k count=192 iflag=direct status=none | cmp '{source}' -");
        Assert.Equal(Size, new FileInfo(disk).Length);
        volume.Unmount();

        string export = folder.File("export");
        Shell.Run($"'{RepositoryRoot.Combine("tests", "ceph", "cluster.sh")}' exec rbd export --no-progress "
            + $"{image.Name} '{export}' && cmp -n $((12 << 20)) '{source}' '{export}'");
    }

    [MountFact]
    public void Image_UnderFioWithSeveralJobs_VerifiesEveryBlockAndMerges()
    {
        using CephImage image = Cluster.CreateImage(Size);
        using MountedVolume volume = MountedVolume.Start(image.Spec);
        Shell.Run($"fio --name=verify --filename='{volume.Disk}' --direct=1 --ioengine=libaio --iodepth=32 --bs=4k "
            + "--numjobs=2 --size=4m --offset_increment=8m --rw=randwrite --fsync=64 --verify=crc32c --verify_fatal=1 "
            + "--do_verify=1 --output-format=terse");
        Shell.Run($"fio --name=sequence --filename='{volume.Disk}' --direct=1 --ioengine=libaio --iodepth=32 --bs=4k "
            + "--size=8m --rw=write --verify=crc32c --verify_fatal=1 --do_verify=1 --output-format=terse");
        Assert.DoesNotContain("merge ratio 1.0 ", volume.Unmount(), StringComparison.Ordinal);
    }

    [MountFact]
    public void Image_WhoseOsdDiesUnderFio_VerifiesEveryBlock()
    {
        using CephImage image = Cluster.CreateImage(Size);
        using MountedVolume volume = MountedVolume.Start(image.Spec);
        using ChildProcess load = ChildProcess.Start("/bin/bash", "-c",
            $"exec fio --name=verify --filename='{volume.Disk}' --direct=1 --ioengine=libaio --iodepth=16 --bs=16k "
            + "--size=32m --rw=randwrite --fsync=32 --verify=crc32c --verify_fatal=1 --do_verify=1 "
            + "--output-format=terse");
        // Under way: the first bytes are no longer those of a new image.
        Until.True(
            () => load.HasExited || Shell.Try($"cmp -s -n 1048576 '{volume.Disk}' /dev/zero").ExitCode == 1,
            () => "fio writes nothing");
        Cluster.KillOsd();
        Cluster.StartOsd();
        Assert.True(load.WaitForExit() == 0, load.Output);
        volume.Unmount();
    }

    [MountFact]
    public void Snapshot_Mounted_CanBeReadAndNotWritten()
    {
        using CephImage image = Cluster.CreateImage(4 << 20);
        Cluster.Run($"rbd snap create --no-progress {image.Name}@monday");
        using MountedVolume volume = MountedVolume.Start(
            image.Spec.Replace(image.Name, image.Name + "@monday", StringComparison.Ordinal));
        Shell.Run($"cmp -n $((4 << 20)) '{volume.Disk}' /dev/zero");
        Assert.Equal(Native.EROFS, RawFile.OpenErrno(volume.Disk, Native.O_RDWR));
        volume.Unmount();
    }

    [MountFact]
    public void Server_KilledWithTheLock_CanBeStartedAgain()
    {
        using CephImage image = Cluster.CreateImage(4 << 20);
        using (MountedVolume first = MountedVolume.Start(image.Spec))
        {
            Shell.Run($"dd if=/dev/zero of='{first.Disk}' bs=4k count=1 oflag=direct conv=notrunc status=none");
            first.Process.Signal(MountedVolume.SigKill);
            first.Process.WaitForExit();
        }
        using MountedVolume second = MountedVolume.Start(image.Spec);
        Shell.Run($"dd if=/dev/zero of='{second.Disk}' bs=4k count=1 oflag=direct conv=notrunc status=none");
        second.Unmount();
    }

    [MountFact]
    public void Image_WhoseLockIsBroken_FailsItsCallersAndIsUnmountedWithAReason()
    {
        using CephImage image = Cluster.CreateImage(4 << 20);
        using MountedVolume volume = MountedVolume.Start(image.Spec);
        string write = $"dd if=/dev/zero of='{volume.Disk}' bs=4k count=1 oflag=direct conv=notrunc,fsync status=none";
        Shell.Run(write);

        Cluster.BreakLock(image);

        // The OSD hears of it a moment later.
        Until.True(() => Shell.Try(write).Output.Contains("Input/output error", StringComparison.Ordinal),
            () => "writes go on");
        Assert.Contains("Input/output error",
            Shell.Try($"dd if='{volume.Disk}' of=/dev/null bs=4k count=1 iflag=direct status=none").Output,
            StringComparison.Ordinal);
        Shell.Run($"umount '{volume.MountPoint}'");
        Assert.NotEqual(0, volume.Process.WaitForExit());
        Assert.Contains("blocklisted this client", volume.Process.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", volume.Process.Output, StringComparison.Ordinal);
        Assert.False(Mounts.Has(volume.MountPoint));
    }

    [MountFact]
    public void Mount_OfAMissingImage_EndsWithOneSentenceBeforeAnythingIsMounted()
    {
        using TemporaryFolder folder = new();
        ShellResult result = Iomerge.Run(
            "mount", folder.Folder("mnt"), "--volume", $"disk=rbd:rbd/nobody,conf={Cluster.Conf}");
        Assert.Equal(ExitCodes.Runtime, result.ExitCode);
        Assert.Contains("there is no image nobody in pool rbd", result.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Output, StringComparison.Ordinal);
        Assert.False(Mounts.Has(folder.File("mnt")));
    }

    [MountFact]
    public void Mount_WithoutLibrbd_SaysWhatToInstall()
    {
        using TemporaryFolder folder = new();
        string mount = folder.Folder("mnt");
        // In a mount namespace of its own the library is an empty file: dlopen refuses it as it does a missing one.
        ShellResult result = Shell.Try(
            "unshare --mount bash -c 'mount --bind /dev/null \"$(ldconfig -p | sed -n \"s/.*librbd.so.1 .*=> //p\" | "
            + $"head -n 1)\" && exec {Iomerge.Path} mount {mount} --volume disk=rbd:rbd/disk'");
        Assert.Equal(ExitCodes.Runtime, result.ExitCode);
        Assert.Contains("librbd.so.1 is not installed", result.Output, StringComparison.Ordinal);
        Assert.Contains("apt install librbd1", result.Output, StringComparison.Ordinal);
        Assert.False(Mounts.Has(mount));
    }
}
