using System.Runtime.InteropServices;

namespace IoMerge.EndToEnd.Tests;

/// <summary>A volume that grows while its end is read.</summary>
public sealed class TailTests
{
    private const int BlockSize = 4096;
    private const int Blocks = 1_500;

    [MountTheory]
    [InlineData("Parallel")]
    [InlineData("AsyncSplit")]
    public void Appends_BesideReadersOfTheTail_AreThereInWholeOnceAcknowledged(string mode)
    {
        using Store store = new(StoreKind.PageCacheFile, 0);
        using MountedVolume volume = MountedVolume.Start($"{store.Spec},growable", Matrix.Mode(mode));
        using RawFile writing = new(volume.Disk, Native.O_RDWR | Native.O_DIRECT);
        long acknowledged = 0;
        string? fault = null;
        Thread[] readers = [.. Enumerable.Range(0, 3).Select(_ => new Thread(ReadTail))];
        foreach (Thread reader in readers)
            reader.Start();

        using (AlignedBuffer block = new(BlockSize))
        {
            for (long i = 0; i < Blocks && Volatile.Read(ref fault) is null; i++)
            {
                MemoryMarshal.Cast<byte, long>(block.Span).Fill(i + 1);
                if (writing.Write(block.Span, i * BlockSize) != BlockSize)
                    Volatile.Write(ref fault, $"append {i} failed");
                Volatile.Write(ref acknowledged, i + 1);
            }
        }
        foreach (Thread reader in readers)
            reader.Join();

        Assert.Null(fault);
        writing.Dispose();
        volume.Unmount();
        Assert.Equal((long)Blocks * BlockSize, new FileInfo(store.File!).Length);

        void ReadTail()
        {
            using RawFile reading = new(volume.Disk, Native.O_RDONLY | Native.O_DIRECT);
            using AlignedBuffer block = new(BlockSize);
            long last = 0;
            while (last < Blocks && Volatile.Read(ref fault) is null)
            {
                last = Volatile.Read(ref acknowledged);
                if (last == 0)
                    continue;
                long read = reading.Read(block.Span, (last - 1) * BlockSize);
                bool isWhole = read == BlockSize
                    && MemoryMarshal.Cast<byte, long>(block.Span).IndexOfAnyExcept(last) < 0;
                if (!isWhole)
                    Volatile.Write(ref fault, $"block {last - 1} was acknowledged and reads as {read} bytes");
                // What is behind the acknowledged end may be there or not, but never in part.
                long beyond = reading.Read(block.Span, last * BlockSize);
                if (beyond is not (0 or BlockSize))
                    Volatile.Write(ref fault, $"block {last} reads as {beyond} bytes");
            }
        }
    }
}
