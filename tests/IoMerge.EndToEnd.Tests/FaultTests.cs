namespace IoMerge.EndToEnd.Tests;

/// <summary>A store that fails in the middle: only the callers concerned see it, and fsync never lies.</summary>
public sealed class FaultTests
{
    private const int BlockSize = 4096;

    [MountTheory]
    [InlineData("None")]
    [InlineData("Scan")]
    [InlineData("Deadline")]
    public void BadSector_AmongMergedWrites_FailsOnlyItsCaller(string policy)
    {
        const int blocks = 128, bad = 77;
        // Depth 1 and a slow store: neighbours merge around the bad sector.
        using MountedVolume volume = MountedVolume.Start(
            "memory:64MiB",
            ["--policy", policy, "--set", "Scheduler:Depth=1", .. StoreLog.Delay(0, 1000),
                .. Faults.BadRange(1, bad * BlockSize, BlockSize)]);
        using RawFile file = new(volume.Disk, Native.O_RDWR | Native.O_DIRECT);

        long[] written = InParallel(blocks, (block, buffer) =>
        {
            buffer.Fill((byte)(block + 1));
            return file.Write(buffer, (long)block * BlockSize);
        });
        long[] read = InParallel(blocks, (block, buffer) =>
        {
            long result = file.Read(buffer, (long)block * BlockSize);
            return result < 0 || !buffer.ContainsAnyExcept((byte)(block + 1)) ? result : long.MinValue;
        });

        long[] expected = new long[blocks];
        Array.Fill(expected, BlockSize);
        expected[bad] = -Native.EIO;
        Assert.Equal(expected, written);
        Assert.Equal(expected, read);
        file.Dispose();
        volume.Unmount();
    }

    [MountFact]
    public void FullStore_InTheMiddleOfWrites_FailsThoseBeyondAndKeepsTheRest()
    {
        const int blocks = 2048, backed = 512;
        using TemporaryFolder folder = new();
        using KernelMount tmpfs = KernelMount.Tmpfs(folder.Folder("tmpfs"), "5m");
        // The first 2 MiB have their pages; the other 6 MiB do not all fit any more.
        string store = Path.Combine(tmpfs.Path, "store.img");
        Shell.Run($"truncate -s 8M '{store}' && fallocate -l 2M '{store}'");
        using StoreLog log = new();
        using MountedVolume volume = MountedVolume.Start($"file:{store},direct=off", Merging(log));
        using RawFile file = new(volume.Disk, Native.O_RDWR | Native.O_DIRECT);

        long[] written = InParallel(blocks, (block, buffer) =>
        {
            buffer.Fill((byte)(block + 1));
            return file.Write(buffer, (long)block * BlockSize);
        });

        Assert.All(written[..backed], result => Assert.Equal(BlockSize, result));
        Assert.All(written, result => Assert.Contains(result, (long[])[BlockSize, -Native.ENOSPC]));
        Assert.Contains(-Native.ENOSPC, written);
        using AlignedBuffer buffer = new(BlockSize);
        for (int block = 0; block < blocks; block++)
        {
            Assert.Equal(BlockSize, file.Read(buffer.Span, (long)block * BlockSize));
            if (written[block] == BlockSize)
                Assert.False(buffer.Span.ContainsAnyExcept((byte)(block + 1)), $"block {block} lost its bytes");
        }
        file.Dispose();
        volume.Unmount();
        Assert.Contains(log.Read(), operation => operation.FailedTogether("Write", "ENOSPC"));
    }

    [MountFact]
    public void Fsync_ThatFailed_IsNotTurnedIntoSuccessByRepeating()
    {
        using MountedVolume volume = MountedVolume.Start("memory:64MiB", Faults.FirstFlush(0));
        using RawFile file = new(volume.Disk, Native.O_RDWR | Native.O_DIRECT);
        using AlignedBuffer buffer = new(BlockSize);
        Assert.Equal(BlockSize, file.Write(buffer.Span, 0));

        long first = file.Sync(), second = file.Sync();

        Assert.Equal(-Native.EIO, first);
        Assert.Equal(-Native.EIO, second);
    }

    [MountFact]
    public void FileLargerThanTheLimit_FailsTheWriteAndNotTheServer()
    {
        using TemporaryFolder folder = new();
        string store = folder.File("store.img");
        Shell.Run($"truncate -s 4M '{store}'");
        using MountedVolume volume = MountedVolume.Start($"file:{store},direct=off");
        // The kernel sends SIGXFSZ with the error; a server that does not ignore it dies. The limit comes after the
        // start, because the runtime itself maps a large file of its own then.
        Shell.Run($"prlimit --pid {volume.Process.Id} --fsize=1048576");
        using RawFile file = new(volume.Disk);
        byte[] block = new byte[BlockSize];

        Assert.Equal(-Native.EFBIG, file.Write(block, 2 << 20));
        Assert.Equal(BlockSize, file.Write(block, 0));
        file.Dispose();
        volume.Unmount();
    }

    [MountFact]
    public void Device_ThatLosesItsSecondHalf_FailsOnlyTheCallersThere()
    {
        const int blocks = 512;
        using Store store = new(StoreKind.LoopDevice, blocks * BlockSize);
        using StoreLog log = new();
        using MountedVolume volume = MountedVolume.Start(store.Spec, Merging(log));
        using RawFile file = new(volume.Disk, Native.O_RDWR | Native.O_DIRECT);
        Shell.Run($"truncate -s {blocks / 2 * BlockSize} '{store.File}'");

        long[] read = InParallel(blocks, (block, buffer) => file.Read(buffer, (long)block * BlockSize));

        Assert.All(read[..(blocks / 2)], result => Assert.Equal(BlockSize, result));
        Assert.All(read[(blocks / 2)..], result => Assert.Equal(-Native.EIO, result));
        file.Dispose();
        volume.Unmount();
        Assert.Contains(log.Read(), operation => operation.FailedTogether("Read", "EIO"));
    }

    [MountFact]
    public void MemoryOfServer_UnderMoreLoadThanTheStoreTakes_StaysWithinQueueAndHundredMiB()
    {
        const long queue = 16 << 20;
        using Store store = new(StoreKind.PageCacheFile, 1 << 30);
        // 20 ms for each operation, and 256 MiB outstanding: without a bound all of it would pile up in the server.
        using MountedVolume volume = MountedVolume.Start(
            store.Spec, ["--set", $"Scheduler:QueueMaxBytes={queue}", .. StoreLog.Delay(0, 20_000)]);

        Shell.Run($"fio --name=load --filename='{volume.Disk}' --direct=1 --ioengine=libaio --rw=write --bs=1m "
            + "--iodepth=64 --numjobs=4 --offset_increment=256m --size=64m --output-format=terse");

        string status = File.ReadLines($"/proc/{volume.Process.Id}/status")
            .Single(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
        long peak = long.Parse(status.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries)[1],
            System.Globalization.CultureInfo.InvariantCulture) << 10;
        Assert.True(peak <= queue + (100 << 20), $"the server took {peak >> 20} MiB");
        volume.Unmount();
    }

    // A store that takes one operation at a time and is slow: neighbours travel together, and so fail together.
    private static IEnumerable<string> Merging(StoreLog log) =>
        ["--set", "Scheduler:Depth=1", .. StoreLog.Delay(0, 1000), .. log.Arguments(1)];

    private delegate long Transfer(int block, Span<byte> buffer);

    // Sixteen callers at a time, each with the next block: neighbours are outstanding together.
    private static long[] InParallel(int blocks, Transfer transfer)
    {
        long[] results = new long[blocks];
        int next = -1;
        Thread[] threads = [.. Enumerable.Range(0, 16).Select(_ => new Thread(() =>
        {
            using AlignedBuffer buffer = new(BlockSize);
            for (int block; (block = Interlocked.Increment(ref next)) < blocks;)
                results[block] = transfer(block, buffer.Span);
        }))];
        foreach (Thread thread in threads)
            thread.Start();
        foreach (Thread thread in threads)
            thread.Join();
        return results;
    }
}
