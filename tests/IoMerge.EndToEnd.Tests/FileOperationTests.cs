namespace IoMerge.EndToEnd.Tests;

/// <summary>What else a file can do: change its size, be one of several, refuse writers.</summary>
public sealed class FileOperationTests
{
    [MountTheory]
    [InlineData("Parallel")]
    [InlineData("AsyncSplit")]
    public void GrowableVolume_TruncatedAndExtended_FollowsInStoreAndMount(string mode)
    {
        using Store store = new(StoreKind.PageCacheFile, 1 << 20);
        using MountedVolume volume = MountedVolume.Start($"{store.Spec},growable", Matrix.Mode(mode));
        string disk = volume.Disk;

        Shell.Run($"truncate -s 300000 '{disk}'");
        Assert.Equal(300_000, new FileInfo(store.File!).Length);
        Shell.Run($"fallocate -l 2M '{disk}'");
        Assert.Equal(2 << 20, new FileInfo(disk).Length);
        Shell.Run($"head -c 100000 /dev/urandom > '{store.File}.new' && cat '{store.File}.new' >> '{disk}'");

        Assert.Equal((2 << 20) + 100_000, new FileInfo(disk).Length);
        Shell.Run($"tail -c 100000 '{disk}' | cmp - '{store.File}.new'");
        volume.Unmount();
        Shell.Run($"tail -c 100000 '{store.File}' | cmp - '{store.File}.new'");
        Assert.Equal((2 << 20) + 100_000, new FileInfo(store.File!).Length);
    }

    [MountFact]
    public void FixedVolume_AskedToGrowOrShrink_RefusesAndStaysWhole()
    {
        using Store store = new(StoreKind.PageCacheFile, 1 << 20);
        using MountedVolume volume = MountedVolume.Start(store.Spec);
        using RawFile file = new(volume.Disk);

        Assert.NotEqual(0, Shell.Try($"truncate -s 2M '{volume.Disk}'").ExitCode);
        Assert.NotEqual(0, Shell.Try($"truncate -s 1K '{volume.Disk}'").ExitCode);
        Assert.Equal(-Native.ENOSPC, file.Write(new byte[4096], 1 << 20));
        Assert.Equal(0, file.Read(new byte[4096], 1 << 20));
        Assert.Equal(1000, file.Read(new byte[4096], (1 << 20) - 1000));
        Assert.Equal(1 << 20, new FileInfo(store.File!).Length);
        file.Dispose();
        volume.Unmount();
    }

    [MountFact]
    public void ReadOnlyVolume_Written_AnswersErofsAndStaysUntouched()
    {
        using Store store = new(StoreKind.PageCacheFile, 1 << 20);
        Shell.Run($"head -c 1M /dev/urandom > '{store.File}.model' && cp '{store.File}.model' '{store.File}'");
        using MountedVolume volume = MountedVolume.Start($"{store.Spec},readonly");

        Assert.Equal(Native.EROFS, RawFile.OpenErrno(volume.Disk, Native.O_RDWR));
        Assert.NotEqual(0, Shell.Try($"truncate -s 0 '{volume.Disk}'").ExitCode);
        Shell.Run($"cmp '{volume.Disk}' '{store.File}.model'");
        volume.Unmount();
        Shell.Run($"cmp '{store.File}' '{store.File}.model'");
    }

    [MountFact]
    public void SeveralVolumes_InOneMount_AreFilesOfTheirOwn()
    {
        using MountedVolume volume = MountedVolume.Start("memory:2MiB", "--volume", "second=memory:3MiB");
        string second = Path.Combine(volume.MountPoint, "second");

        Fill(volume.Disk, 'a', 2);
        Fill(second, 'b', 3);

        Assert.Equal(["disk", "second"], Directory.GetFiles(volume.MountPoint).Select(Path.GetFileName).Order());
        Assert.Equal(3 << 20, new FileInfo(second).Length);
        Shell.Run($"test -z \"$(tr -d a < '{volume.Disk}')\" && test -z \"$(tr -d b < '{second}')\"");
        volume.Unmount();
    }

    [MountFact]
    public void Mount_AskedForNewNames_RefusesThem()
    {
        using MountedVolume volume = MountedVolume.Start("memory:2MiB");

        Assert.NotEqual(0, Shell.Try($"touch '{volume.MountPoint}/new'").ExitCode);
        Assert.NotEqual(0, Shell.Try($"rm '{volume.Disk}'").ExitCode);
        Assert.NotEqual(0, Shell.Try($"cat '{volume.MountPoint}/missing'").ExitCode);
        volume.Unmount();
    }

    private static void Fill(string file, char content, int mebibytes) => Shell.Run(
        $"head -c {mebibytes}M /dev/zero | tr '\\0' {content} "
        + $"| dd of='{file}' bs=64k iflag=fullblock conv=notrunc status=none");
}
