namespace IoMerge.EndToEnd.Tests;

/// <summary>Requests beyond the kernel's usual 1 MiB, where its bound was raised.</summary>
[Collection(PagesLimit.Collection)]
public sealed class LargeRequestTests
{
    private const long Request = 4L << 20;
    private const int Requests = 6;

    [MountTheory]
    [InlineData(StoreKind.Memory)]
    [InlineData(StoreKind.PageCacheFile)]
    [InlineData(StoreKind.DirectFile)]
    public void Requests_OfFourMebibytes_ReachStoreWhole(StoreKind kind)
    {
        Assert.SkipUnless(PagesLimit.CanBeRaised, "needs Linux 6.13 or newer: fs.fuse.max_pages_limit");
        using TemporaryFolder folder = new();
        using Store store = new(kind, 2 * Requests * Request);
        using StoreLog log = new();
        using PagesLimit limit = new((int)(Request / Environment.SystemPageSize));
        // Nothing may merge: what arrives at the store is what the kernel sent.
        using MountedVolume volume = MountedVolume.Start(
            store.Spec, ["--policy", "None", "--set", $"Fuse:MaxWrite={Request}", .. log.Arguments(0)]);
        string source = folder.File("source");

        Shell.Run($"dd if=/dev/urandom of='{source}' bs={Request} count={Requests} status=none");
        Shell.Run($"dd if='{source}' of='{volume.Disk}' bs={Request} oflag=direct conv=notrunc status=none");
        Shell.Run($"dd if='{volume.Disk}' bs={Request} count={Requests} iflag=direct status=none | cmp - '{source}'");
        // As many at a time as the readers' slabs hold and some more, each checked by who wrote it.
        Shell.Run($"fio --name=large --filename='{volume.Disk}' --bs={Request} --rw=randwrite "
            + $"--size={Requests * Request} --offset={Requests * Request} --direct=1 "
            + $"--ioengine=libaio --iodepth={Requests} --verify=crc32c --verify_fatal=1 --verify_state_save=0");

        volume.Unmount();
        StoreOperation[] transfers = [.. log.Read().Where(operation => operation.Kind is "Read" or "Write")];
        Assert.All(transfers, operation => Assert.Equal(Request, operation.Length));
        Assert.Equal(2 * Requests, transfers.Count(operation => operation.Kind == "Write"));
        Assert.Equal(2 * Requests, transfers.Count(operation => operation.Kind == "Read"));
    }
}
