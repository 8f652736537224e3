using IoMerge.Backends.Tests;
using IoMerge.Testing;
using IoMerge.Testing.Processes;

namespace IoMerge.Backends.Rbd.Tests;

/// <summary>What callers hear when the cluster fails: answers or errors, each once, and never nothing.</summary>
public sealed class ClusterFaultTests
{
    private const int BlockSize = 16_384;

    [CephFact]
    public async Task Osd_KilledUnderLoadAndRestarted_LosesNothing()
    {
        await using OpenedImage image = new();
        IoProbe[] writes = StartWrites(image.Store, 200);
        OpenedImage.Cluster.KillOsd();
        OpenedImage.Cluster.StartOsd();
        await AllEnded(writes, Errno.None);
        Assert.Equal((Errno.None, 0), await image.Store.DoAsync(IoKind.Flush, 0));
        // A second time, so that what is read was written before a crash of the OSD.
        OpenedImage.Cluster.KillOsd();
        OpenedImage.Cluster.StartOsd();
        for (int block = 0; block < writes.Length; block++)
            Assert.Equal(Stores.Pattern(BlockSize, block), await image.Store.ReadAsync(block * BlockSize, BlockSize));
    }

    [CephFact]
    public async Task Osd_Paused_IsWaitedForWithinTheRequestTimeout()
    {
        await using OpenedImage image = new();
        OpenedImage.Cluster.PauseOsd();
        IoProbe[] writes = StartWrites(image.Store, 20);
        OpenedImage.Cluster.ResumeOsd();
        await AllEnded(writes, Errno.None);
    }

    [CephFact]
    public async Task Osd_PausedForLonger_EndsEachOperationInTheErrorAndIsUsableAfterwards()
    {
        await using OpenedImage image = new(change: options => options with { RequestTimeoutMs = 1000 });
        // Of an object that was never written librbd knows, without asking, that it is empty.
        await image.Store.WriteAsync(8 << 20, [1, 2, 3]);
        OpenedImage.Cluster.PauseOsd();
        try
        {
            IoProbe[] writes = StartWrites(image.Store, 20);
            using IoProbe read = await IoProbe.Read(8 << 20, 4096).RunAsync(image.Store);
            Assert.Equal((Errno.ETIMEDOUT, 0), (read.Error, read.Result));
            await AllEnded(writes, Errno.ETIMEDOUT);
        }
        finally
        {
            OpenedImage.Cluster.ResumeOsd();
        }
        Assert.Single(image.LogLines, line => line.Contains("was not answered within 1 s", StringComparison.Ordinal));
        Until.True(
            () => image.Store.DoAsync(IoKind.Zero, 0, 4096).GetAwaiter().GetResult().Error.IsSuccess,
            () => "the image does not recover");
        await image.Store.WriteAsync(8 << 20, [4, 5, 6]);
        Assert.Equal([4, 5, 6], await image.Store.ReadAsync(8 << 20, 3));
    }

    [CephFact]
    public async Task Close_WhileTheOsdIsPaused_Ends()
    {
        using CephImage image = OpenedImage.Cluster.CreateImage(4 << 20);
        RbdBackend store = RbdBackend.Open(
            OpenedImage.OptionsOf(image.Name) with { RequestTimeoutMs = 1000 });
        await store.WriteAsync(0, [1]);
        OpenedImage.Cluster.PauseOsd();
        try
        {
            await store.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromMinutes(1));
        }
        finally
        {
            OpenedImage.Cluster.ResumeOsd();
        }
    }

    [CephFact]
    public async Task Client_Blocklisted_GetsAnErrorForEverythingAndOneLineInTheLog()
    {
        await using OpenedImage image = new();
        await image.Store.WriteAsync(0, [1, 2, 3]);
        string address = OpenedImage.Cluster.Run($"rbd status {image.Image.Name}").Split("watcher=")[1].Split(' ')[0];
        OpenedImage.Cluster.Run($"ceph osd blocklist add {address}");
        try
        {
            // The OSD hears of it a moment later.
            Until.True(() => WriteError(image.Store) == Errno.EIO, () => "writes go on");
            for (int round = 0; round < 5; round++)
                Assert.Equal(Errno.EIO, WriteError(image.Store));
            using IoProbe read = await IoProbe.Read(0, 4096).RunAsync(image.Store);
            Assert.Equal((Errno.EIO, 0), (read.Error, read.Result));
            Assert.Single(image.LogLines, line => line.Contains("blocklisted", StringComparison.Ordinal));
        }
        finally
        {
            OpenedImage.Cluster.Run($"ceph osd blocklist rm {address}");
        }
    }

    [CephFact]
    public async Task ExclusiveLock_BrokenByAnother_EndsEverythingInAnErrorAndOneLineInTheLog()
    {
        await using OpenedImage image = new();
        await image.Store.WriteAsync(0, Stores.Pattern(BlockSize, 1));
        OpenedImage.Cluster.BreakLock(image.Image);
        Until.True(() => WriteError(image.Store) == Errno.EIO, () => "writes go on");

        // Another client has the image from now on, and what it writes stays.
        await using (RbdBackend other = RbdBackend.Open(image.Options))
        {
            await other.WriteAsync(0, Stores.Pattern(BlockSize, 2));
            IoProbe[] late = StartWrites(image.Store, 20);
            await AllEnded(late, Errno.EIO);
            Assert.Equal((Errno.EIO, 0), await image.Store.DoAsync(IoKind.Zero, 0, 4096));
            Assert.Equal((Errno.EIO, 0), await image.Store.DoAsync(IoKind.Discard, 0, 4096));
            using IoProbe read = await IoProbe.Read(0, 4096).RunAsync(image.Store);
            Assert.Equal((Errno.EIO, 0), (read.Error, read.Result));
            Assert.Equal(Stores.Pattern(BlockSize, 2), await other.ReadAsync(0, BlockSize));
        }
        Assert.Single(image.LogLines, line => line.Contains("blocklisted", StringComparison.Ordinal));
        Assert.DoesNotContain(
            image.LogLines, line => line.Contains("holds the exclusive lock", StringComparison.Ordinal));
    }

    [CephFact]
    public async Task Pool_RemovedUnderAnOpenImage_EndsOperationsInAnError()
    {
        OpenedImage.Cluster.Run("ceph osd pool create doomed 1");
        OpenedImage.Cluster.Run("rbd pool init doomed");
        OpenedImage.Cluster.Run("rbd create --size 4M doomed/disk");
        await using RbdBackend store = RbdBackend.Open(
            OpenedImage.OptionsOf("doomed/disk") with { RequestTimeoutMs = 5000 });
        await store.WriteAsync(0, [1]);
        OpenedImage.Cluster.Run("ceph osd pool rm doomed doomed --yes-i-really-really-mean-it");
        Until.True(() => WriteError(store) == Errno.EIO, () => "writes go on");
    }

    [CephFact]
    public async Task Snapshot_RemovedWhileItIsRead_EndsReadsInAnswersOrErrors()
    {
        await using OpenedImage image = new();
        await image.Store.WriteAsync(0, Stores.Pattern(BlockSize, 1));
        string snapshot = image.Image.Name + "@monday";
        OpenedImage.Cluster.Run($"rbd snap create --no-progress {snapshot}");
        await using RbdBackend store = RbdBackend.Open(OpenedImage.OptionsOf(snapshot));
        OpenedImage.Cluster.Run($"rbd snap rm --no-progress {snapshot}");
        using IoProbe read = await IoProbe.Read(0, BlockSize).RunAsync(store);
        Assert.Equal(1, read.Completions);
        if (read.Error.IsSuccess)
            Assert.Equal(Stores.Pattern(BlockSize, 1), read.Data);
    }

    private static IoProbe[] StartWrites(RbdBackend store, int count)
    {
        IoProbe[] writes = [.. Enumerable.Range(0, count).Select(
            block => IoProbe.Write(block * BlockSize, Stores.Pattern(BlockSize, block)))];
        foreach (IoProbe write in writes)
            store.Submit(write);
        return writes;
    }

    private static async Task AllEnded(IoProbe[] probes, Errno error)
    {
        foreach (IoProbe probe in probes)
        {
            await probe.Ended();
            Assert.Equal((error, 1), (probe.Error, probe.Completions));
            probe.Dispose();
        }
    }

    private static Errno WriteError(RbdBackend store)
    {
        using IoProbe write = IoProbe.Write(4096, [1, 2, 3]).RunAsync(store).GetAwaiter().GetResult();
        return write.Error;
    }
}
