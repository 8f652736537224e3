namespace IoMerge.EndToEnd.Tests;

/// <summary>fallocate(2) and lseek(2) on volumes: punched, zeroed, grown, and asked where there is data.</summary>
public sealed class AllocationTests
{
    [MountTheory]
    [MemberData(nameof(Matrix.EachStore), MemberType = typeof(Matrix))]
    public void Fallocate_PunchAndZero_ClearExactlyTheRange(StoreKind kind)
    {
        using TemporaryFolder folder = new();
        using Store store = new(kind, 4 << 20);
        using MountedVolume volume = MountedVolume.Start(store.Spec);
        string disk = volume.Disk, model = folder.File("model");
        Shell.Run($"head -c 4M /dev/urandom > '{model}' && dd if='{model}' of='{disk}' bs=1M conv=notrunc status=none");

        // Whole blocks, odd ends, less than a sector, and across the end, where there is nothing.
        foreach (string file in new[] { disk, model })
        {
            Shell.Run($"fallocate -p -o 1M -l 64K '{file}' && fallocate -p -o 100000 -l 900001 '{file}' "
                + $"&& fallocate -z -n -o 2000003 -l 70000 '{file}' && fallocate -z -o 3M -l 100 '{file}' "
                + $"&& fallocate -p -o 4000000 -l 1M '{file}'");
        }

        Shell.Run($"cmp '{model}' '{disk}'");
        Shell.Run($"dd if='{disk}' bs=256k iflag=direct status=none | cmp '{model}' -");
        volume.Unmount();
        if (store.File is null)
            return;
        store.Settle();
        Shell.Run($"cmp '{model}' '{store.File}'");
    }

    [MountTheory]
    [MemberData(nameof(Matrix.LastingStores), MemberType = typeof(Matrix))]
    public void Fallocate_Punch_GivesTheBlocksBack_AndZeroRangeDoesNotLoseThem(StoreKind kind)
    {
        using Store store = new(kind, 8 << 20);
        using MountedVolume volume = MountedVolume.Start(store.Spec);
        string disk = volume.Disk;
        Shell.Run($"dd if=/dev/urandom of='{disk}' bs=1M count=8 oflag=direct conv=notrunc,fsync status=none");

        Shell.Run($"fallocate -p -o 1M -l 4M '{disk}'");
        Shell.Run($"fallocate -z -o 6M -l 1M '{disk}'");

        volume.Unmount();
        store.Settle();
        Shell.Run($"sync '{store.File}'");
        string blocks = Shell.Run($"stat -c %b '{store.File}'");
        long kept = long.Parse(blocks, System.Globalization.CultureInfo.InvariantCulture);
        Assert.InRange(kept * 512, 4 << 20, (4 << 20) + (64 << 10));
    }

    [MountTheory]
    [InlineData(StoreKind.Memory)]
    [InlineData(StoreKind.PageCacheFile)]
    [InlineData(StoreKind.DirectFile)]
    public void Fallocate_OfGrowableVolume_ExtendsUnlessTheSizeIsToBeKept(StoreKind kind)
    {
        using Store store = new(kind, 1 << 20);
        using MountedVolume volume = MountedVolume.Start($"{store.Spec},growable");
        string disk = volume.Disk;
        Shell.Run("head -c 1M /dev/zero | tr '\\0' x "
            + $"| dd of='{disk}' bs=64k iflag=fullblock conv=notrunc status=none");

        AssertSize(1 << 20, "fallocate -n -l 2M");
        AssertSize(2_000_001, "fallocate -l 2000001");
        AssertSize(2_000_001, "fallocate -z -n -o 2M -l 1M");
        AssertSize(3 << 20, "fallocate -z -o 2M -l 1M");
        AssertSize(3 << 20, "fallocate -p -o 3M -l 1M");

        Shell.Run($"cmp -n $((1 << 20)) '{disk}' <(tr '\\0' x < /dev/zero)");
        Shell.Run($"cmp -i $((1 << 20)):0 -n $((2 << 20)) '{disk}' /dev/zero");
        volume.Unmount();
        Assert.Equal(3 << 20, store.File is null ? 3 << 20 : new FileInfo(store.File).Length);

        void AssertSize(long expected, string command)
        {
            Shell.Run($"{command} '{disk}'");
            Assert.Equal(expected, new FileInfo(disk).Length);
        }
    }

    [MountTheory]
    [InlineData(StoreKind.Memory, true)]
    [InlineData(StoreKind.PageCacheFile, true)]
    [InlineData(StoreKind.DirectFile, true)]
    [InlineData(StoreKind.LoopDevice, false)]
    public void Fallocate_OfFixedVolume_StaysWithinTheSize(StoreKind kind, bool reserves)
    {
        using Store store = new(kind, 1 << 20);
        using MountedVolume volume = MountedVolume.Start(store.Spec);

        ShellResult within = Shell.Try($"fallocate -l 1M '{volume.Disk}'");
        ShellResult beyond = Shell.Try($"fallocate -l 2M '{volume.Disk}'");

        Assert.Equal(reserves, within.ExitCode == 0);
        if (!reserves)
            Assert.Contains("not supported", within.Output, StringComparison.Ordinal);
        Assert.NotEqual(0, beyond.ExitCode);
        Assert.Equal(1 << 20, new FileInfo(volume.Disk).Length);
        volume.Unmount();
    }

    [MountTheory]
    [InlineData(StoreKind.PageCacheFile)]
    [InlineData(StoreKind.DirectFile)]
    public void Lseek_OnSparseStore_FindsDataAndHoles(StoreKind kind)
    {
        using Store store = new(kind, 8 << 20);
        Shell.Run($"dd if=/dev/urandom of='{store.File}' bs=1M seek=2 count=1 conv=notrunc status=none");
        using MountedVolume volume = MountedVolume.Start(store.Spec);
        using RawFile file = new(volume.Disk);

        Assert.Equal(2 << 20, file.Seek(0, Native.SEEK_DATA));
        Assert.Equal(3 << 20, file.Seek(2 << 20, Native.SEEK_HOLE));
        Assert.Equal(0, file.Seek(0, Native.SEEK_HOLE));
        Assert.Equal(-Native.ENXIO, file.Seek(3 << 20, Native.SEEK_DATA));
        Assert.Equal(-Native.ENXIO, file.Seek(8 << 20, Native.SEEK_HOLE));
        file.Dispose();
        volume.Unmount();
    }

    [MountTheory]
    [InlineData(StoreKind.Memory)]
    [InlineData(StoreKind.LoopDevice)]
    public void Lseek_OnAStoreThatKnowsNoHoles_SaysThatAllIsData(StoreKind kind)
    {
        using Store store = new(kind, 8 << 20);
        using MountedVolume volume = MountedVolume.Start(store.Spec);
        using RawFile file = new(volume.Disk);

        Assert.Equal(5000, file.Seek(5000, Native.SEEK_DATA));
        Assert.Equal(8 << 20, file.Seek(5000, Native.SEEK_HOLE));
        Assert.Equal(-Native.ENXIO, file.Seek(8 << 20, Native.SEEK_DATA));
        file.Dispose();
        volume.Unmount();
    }
}
