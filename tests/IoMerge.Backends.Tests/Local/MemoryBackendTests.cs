using IoMerge.Backends.Local;
using IoMerge.Testing;

namespace IoMerge.Backends.Tests;

public sealed class MemoryBackendTests
{
    [Fact]
    public async Task Read_ThatTakesALoan_IsLentTheStoreItself()
    {
        await using MemoryBackend store = MemoryBackend.Create(new MemoryBackendOptions { Size = 1 << 20 });
        using IoProbe read = IoProbe.Read(0, [4096], acceptsLoan: true, hasNoMemory: true);
        store.Submit(read);
        Assert.True(read.WasLent);
        Assert.Equal(4096, read.Result);
    }

    [Fact]
    public async Task Growth_BeyondTheMaximum_IsRefused()
    {
        await using MemoryBackend store = MemoryBackend.Create(
            new MemoryBackendOptions { Size = 4096, MaxSize = 8192, Growable = true });
        await store.WriteAsync(4096, new byte[4096]);
        Assert.Equal(8192, store.Size);
        using IoProbe write = await IoProbe.Write(8192, new byte[1]).RunAsync(store);
        Assert.Equal((Errno.ENOSPC, 0), (write.Error, write.Result));
        Assert.Equal((Errno.ENOSPC, 0), await store.DoAsync(IoKind.Resize, 8193));
        Assert.Equal((Errno.ENOSPC, 0), await store.DoAsync(IoKind.Allocate, 0, 8193));
    }

    [Fact]
    public async Task Terabytes_CostNothingUntilTheyAreWritten()
    {
        await using MemoryBackend store = MemoryBackend.Create(new MemoryBackendOptions { Size = 4L << 40 });
        byte[] data = Stores.Pattern(5000, 1);
        await store.WriteAsync((4L << 40) - 5000, data);
        Assert.Equal(data, await store.ReadAsync((4L << 40) - 5000, 6000));
    }

    [Fact]
    public async Task Unmap_GivesTheMemoryBack()
    {
        const int Size = 64 << 20;
        await using MemoryBackend store = MemoryBackend.Create(new MemoryBackendOptions { Size = Size });
        await store.WriteAsync(0, Stores.Pattern(Size, 2));
        long before = ResidentBytes();
        Assert.Equal((Errno.None, 0), await store.DoAsync(IoKind.Zero, 0, Size, IoFlags.Unmap));
        Assert.True(before - ResidentBytes() > Size / 2);
    }

    /// <summary>Anonymous memory only: the collector's own comes and goes in smaller steps.</summary>
    private static long ResidentBytes() => File.ReadLines("/proc/self/status")
        .Where(line => line.StartsWith("RssAnon:", StringComparison.Ordinal))
        .Select(line => long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], null) << 10)
        .Single();
}
