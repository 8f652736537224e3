namespace IoMerge.EndToEnd.Tests;

/// <summary>Merging is visible where it counts: in the operations that reach the store.</summary>
public sealed class MergingTests
{
    private const int Threads = 8;
    private const int Rounds = 32;
    private const int BlockSize = 4096;

    [MountTheory]
    [MemberData(nameof(Matrix.ModesAndPolicies), MemberType = typeof(Matrix))]
    public void AdjacentWrites_OfEightThreads_ReachStoreAsFewerOperations(string mode, string policy)
    {
        using StoreLog log = new();
        // The store takes one operation at a time and 2 ms for each: what arrives meanwhile has to travel together.
        using MountedVolume volume = MountedVolume.Start(
            "memory:64MiB",
            ["--set", "Scheduler:Depth=1", .. Matrix.Arguments(mode, policy), .. StoreLog.Delay(0, 2000),
                .. log.Arguments(1)]);
        using RawFile file = new(volume.Disk, Native.O_RDWR | Native.O_DIRECT);

        WriteAdjacentBlocks(file);

        AssertEachBlockIsItsOwn(file);
        file.Dispose();
        volume.Unmount();
        IReadOnlyList<StoreOperation> writes = [.. log.Read().Where(operation => operation.Kind == "Write")];
        Assert.Equal((long)Threads * Rounds * BlockSize, writes.Sum(operation => operation.Length));
        Assert.Equal(Threads * Rounds, writes.Sum(operation => operation.Members));
        // Without parallel writes the kernel lets one writer of a file in at a time: nothing is there to be merged.
        bool merges = mode == "Parallel" && policy != "None";
        Assert.InRange(
            writes.Count, merges ? 1 : Threads * Rounds, merges ? Threads * Rounds / 2 : Threads * Rounds);
    }

    private static void WriteAdjacentBlocks(RawFile file)
    {
        Thread[] threads =
            [.. Enumerable.Range(0, Threads).Select(index => new Thread(() => WriteEveryEighth(file, index)))];
        foreach (Thread thread in threads)
            thread.Start();
        foreach (Thread thread in threads)
            thread.Join();
    }

    private static void WriteEveryEighth(RawFile file, int index)
    {
        using AlignedBuffer buffer = new(BlockSize);
        for (int round = 0; round < Rounds; round++)
        {
            int block = round * Threads + index;
            buffer.Span.Fill((byte)block);
            file.Write(buffer.Span, (long)block * BlockSize);
        }
    }

    private static void AssertEachBlockIsItsOwn(RawFile file)
    {
        using AlignedBuffer buffer = new(BlockSize);
        for (int block = 0; block < Threads * Rounds; block++)
        {
            Assert.Equal(BlockSize, file.Read(buffer.Span, (long)block * BlockSize));
            Assert.True(!buffer.Span.ContainsAnyExcept((byte)block), $"block {block} holds other bytes");
        }
    }
}
