using IoMerge.Backends.Local;
using IoMerge.Testing;

namespace IoMerge.Backends.Tests;

/// <summary>What a store that grows promises beyond what every store does.</summary>
public abstract class GrowableContractTests : IAsyncLifetime
{
    protected const int StartSize = 5000;
    private IBackend? _store;

    private IBackend Store => _store ?? throw new InvalidOperationException("The store is not open.");

    protected abstract IBackend Open();

    protected virtual void CleanUp() { }

    public ValueTask InitializeAsync()
    {
        _store = Open();
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        if (_store is not null)
            await _store.DisposeAsync();
        CleanUp();
        GC.SuppressFinalize(this);
    }

    [Theory]
    [InlineData(5000, 1)]
    [InlineData(4990, 100)]
    [InlineData(5000, 100_000)]
    [InlineData(8192, 4096)]
    [InlineData(12_345, 6789)]
    [InlineData(300_000, 500_001)]
    public async Task Write_BehindTheEnd_GrowsTheStoreExactly(int offset, int length)
    {
        byte[] head = Stores.Pattern(StartSize, 1);
        await Store.WriteAsync(0, head);
        byte[] data = Stores.Pattern(length, 2);
        await Store.WriteAsync(offset, data);
        Assert.Equal(offset + length, Store.Size);
        byte[] expected = new byte[offset + length];
        head.CopyTo(expected, 0);
        data.CopyTo(expected, offset);
        Assert.Equal(expected, await Store.ReadAsync(0, offset + length + 100));
    }

    [Fact]
    public async Task ManyAppends_OfOddLength_AddUp()
    {
        List<byte> expected = [.. new byte[StartSize]];
        for (int round = 0; round < 40; round++)
        {
            byte[] piece = Stores.Pattern(100 + (round * 97), round);
            await Store.WriteAsync(expected.Count, piece);
            expected.AddRange(piece);
        }
        Assert.Equal(expected.Count, Store.Size);
        Assert.Equal(expected, await Store.ReadAsync(0, expected.Count));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4096)]
    [InlineData(100_001)]
    public async Task Resize_ThenGrowth_ReadsAsZeros(int size)
    {
        await Store.WriteAsync(0, Stores.Pattern(200_000, 3));
        Assert.Equal((Errno.None, 0), await Store.DoAsync(IoKind.Resize, size));
        Assert.Equal(size, Store.Size);
        Assert.Equal((Errno.None, 0), await Store.DoAsync(IoKind.Resize, 250_000));
        byte[] expected = new byte[250_000];
        Stores.Pattern(200_000, 3).AsSpan(0, size).CopyTo(expected);
        Assert.Equal(expected, await Store.ReadAsync(0, 250_000));
    }

    [Theory]
    [InlineData(IoFlags.None)]
    [InlineData(IoFlags.Unmap)]
    public async Task Zero_BehindTheEnd_GrowsTheStore(IoFlags flags)
    {
        await Store.WriteAsync(0, Stores.Pattern(StartSize, 4));
        Assert.Equal((Errno.None, 0), await Store.DoAsync(IoKind.Zero, 3000, 20_000, flags));
        Assert.Equal(23_000, Store.Size);
        byte[] expected = new byte[23_000];
        Stores.Pattern(StartSize, 4).AsSpan(0, 3000).CopyTo(expected);
        Assert.Equal(expected, await Store.ReadAsync(0, 23_000));
    }

    [Fact]
    public async Task Allocate_BehindTheEnd_GrowsUnlessToldNotTo()
    {
        Assert.Equal((Errno.None, 0), await Store.DoAsync(IoKind.Allocate, 0, 50_000, IoFlags.KeepSize));
        Assert.Equal(StartSize, Store.Size);
        Assert.Equal((Errno.None, 0), await Store.DoAsync(IoKind.Allocate, 0, 50_000));
        Assert.Equal(50_000, Store.Size);
        Assert.Equal(new byte[50_000], await Store.ReadAsync(0, 60_000));
    }

    [Fact]
    public async Task Write_Near2To63_FailsAndLeavesTheSize()
    {
        using IoProbe write = await IoProbe.Write(long.MaxValue - 100, new byte[100]).RunAsync(Store);
        Assert.True(write.Error == Errno.EFBIG || write.Error == Errno.ENOSPC, write.Error.ToString());
        (Errno error, _) = await Store.DoAsync(IoKind.Resize, long.MaxValue);
        Assert.True(error == Errno.EFBIG || error == Errno.ENOSPC, error.ToString());
        Assert.Equal(StartSize, Store.Size);
    }
}

public sealed class GrowableMemoryTests : GrowableContractTests
{
    protected override IBackend Open() =>
        MemoryBackend.Create(new MemoryBackendOptions { Size = StartSize, Growable = true });
}

public abstract class GrowableFileTests(DirectMode mode, EngineKind engine, string? parent = null)
    : GrowableContractTests
{
    private readonly TemporaryDirectory _directory = new(parent);

    protected override IBackend Open()
    {
        Engines.SkipWhereRefused(engine);
        return FileBackend.Open(new FileBackendOptions
        {
            Path = _directory["volume"], CreateSize = StartSize, Growable = true, Direct = mode, Engine = engine,
        });
    }

    protected override void CleanUp() => _directory.Dispose();
}

public sealed class GrowablePageCacheRingTests() : GrowableFileTests(DirectMode.Off, EngineKind.IoUring);

public sealed class GrowablePageCacheThreadsTests() : GrowableFileTests(DirectMode.Off, EngineKind.Threads);

public sealed class GrowableDirectRingTests() : GrowableFileTests(DirectMode.Required, EngineKind.IoUring);

public sealed class GrowableDirectThreadsTests() : GrowableFileTests(DirectMode.Required, EngineKind.Threads);

public sealed class GrowableTmpfsTests() : GrowableFileTests(DirectMode.Preferred, EngineKind.Auto, "/dev/shm");
