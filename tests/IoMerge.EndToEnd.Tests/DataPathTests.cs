namespace IoMerge.EndToEnd.Tests;

/// <summary>Bytes go in and the same bytes come out, through the kernel, with the tools people use.</summary>
public sealed class DataPathTests
{
    private const long Size = 64 << 20;

    [MountTheory]
    [MemberData(nameof(Matrix.All), MemberType = typeof(Matrix))]
    public void Volume_WrittenAndReadByDd_HoldsTheSameBytes(StoreKind kind, string mode, string policy)
    {
        using TemporaryFolder folder = new();
        using Store store = new(kind, Size);
        using MountedVolume volume = MountedVolume.Start(store.Spec, Matrix.Arguments(mode, policy));
        string source = folder.File("source"), copy = folder.File("copy"), disk = volume.Disk;
        Shell.Run($"head -c 24M /dev/urandom > '{source}'");

        // Large direct pieces; then, over a part of them, small ones; then odd ones through the page cache.
        Shell.Run($"dd if='{source}' of='{disk}' bs=2M oflag=direct conv=notrunc status=none");
        Shell.Run(
            $"dd if='{source}' of='{disk}' bs=4k count=512 skip=100 seek=100 oflag=direct conv=notrunc status=none");
        Shell.Run($"dd if='{source}' of='{disk}' bs=70001 count=20 skip=9 seek=9 conv=notrunc,fsync status=none");
        Shell.Run($"dd if='{disk}' of='{copy}' bs=1M count=24 iflag=direct status=none && cmp '{source}' '{copy}'");
        Shell.Run($"dd if='{disk}' bs=64k count=384 iflag=direct status=none | cmp '{source}' -");
        Shell.Run($"cmp -n $((24 << 20)) '{source}' '{disk}'");

        Assert.Equal(Size, new FileInfo(disk).Length);
        volume.Unmount();
        if (store.File is null)
            return;
        store.Settle();
        Shell.Run($"cmp -n $((24 << 20)) '{source}' '{store.File}'");
    }

    [MountTheory]
    [MemberData(nameof(Matrix.All), MemberType = typeof(Matrix))]
    public void Volume_UnderFioWithSeveralJobs_VerifiesEveryBlock(StoreKind kind, string mode, string policy)
    {
        using TemporaryFolder folder = new();
        using Store store = new(kind, Size);
        using MountedVolume volume = MountedVolume.Start(store.Spec, Matrix.Arguments(mode, policy));
        // Two engines, random and sequential, mixed block sizes, jobs side by side in regions of their own.
        string second = Machine.HasIoUring ? "io_uring" : "posixaio";
        File.WriteAllText(folder.File("jobs.fio"), $"""
            [global]
            filename={volume.Disk}
            direct=1
            verify=crc32c
            verify_fatal=1
            do_verify=1
            size=4m
            [libaio-random]
            ioengine=libaio
            rw=randwrite
            bs=4k
            iodepth=32
            numjobs=2
            offset_increment=8m
            [libaio-sequential]
            ioengine=libaio
            rw=write
            bs=4k
            iodepth=32
            offset=20m
            [second-random]
            ioengine={second}
            rw=randwrite
            bsrange=4k-64k
            blockalign=4k
            iodepth=16
            offset=28m
            [second-sequential]
            ioengine={second}
            rw=write
            bs=128k
            iodepth=8
            offset=36m
            """);

        Shell.Run($"cd '{folder.Path}' && fio --output-format=terse jobs.fio", TimeSpan.FromSeconds(120));

        volume.Unmount();
    }
}
