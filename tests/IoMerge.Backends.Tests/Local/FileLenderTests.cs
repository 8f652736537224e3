using IoMerge.Backends.Local;
using IoMerge.Testing;

namespace IoMerge.Backends.Tests;

/// <summary>Which reads a file is lent to, instead of transferring its bytes.</summary>
public sealed class FileLenderTests : IAsyncDisposable
{
    private const int Size = 1 << 20;
    private const string Memory = "/dev/shm";

    private TemporaryDirectory? _directory;
    private FileBackend? _store;

    [Theory]
    [InlineData(Memory, DirectMode.Off, EngineKind.Auto, true)]
    [InlineData(Memory, DirectMode.Off, EngineKind.Inline, true)]
    [InlineData(Memory, DirectMode.Off, EngineKind.Threads, false)]
    [InlineData(null, DirectMode.Off, EngineKind.Auto, true)]
    [InlineData(null, DirectMode.Off, EngineKind.Threads, true)]
    [InlineData(null, DirectMode.Off, EngineKind.Inline, true)]
    [InlineData(null, DirectMode.Required, EngineKind.Auto, false)]
    [InlineData(null, DirectMode.Required, EngineKind.Inline, false)]
    public async Task AFile_IsLent_WhereItsBytesAreInMemory(
        string? parent, DirectMode mode, EngineKind kind, bool lends)
    {
        FileBackend store = Open(mode, parent, kind);
        byte[] bytes = Stores.Pattern(Size, 1);
        await store.WriteAsync(0, bytes);
        using IoProbe read = IoProbe.ReadFromFile(4097, 300_000);
        store.Submit(read);
        Assert.Equal(lends ? 1 : read.Completions, read.Completions);
        await read.Ended();
        Assert.Equal((lends, 300_000L), (read.WasLent, read.Result));
        Assert.Equal(bytes[4097..304_097], read.Data);
    }

    [Fact]
    public async Task Bytes_ThatTheDiskHas_AreNotLent_UntilTheyWereRead()
    {
        FileBackend store = Open();
        await store.WriteAsync(0, Stores.Pattern(Size, 2));
        Evict();
        Assert.False(await IsLentAsync(store, 0, Size));
        Assert.True(await IsLentAsync(store, 0, Size));
        // All but one page are there, wherever that is.
        foreach (int page in new[] { 0, 100, 255 })
        {
            Evict();
            await store.ReadAsync(page * 4096, 4096);
            await store.ReadAsync(0, Size);
            Assert.True(await IsLentAsync(store, 0, Size));
            Shell.Run("fallocate", "--punch-hole", "-o", $"{page * 4096}", "-l", "4096", Path);
            Assert.False(await IsLentAsync(store, 0, Size));
        }
    }

    [Fact]
    public async Task SmallReads_AreLentOnlyWhereNobodyHasToAsk()
    {
        FileBackend store = Open();
        await store.WriteAsync(0, Stores.Pattern(Size, 4));
        Assert.False(await IsLentAsync(store, 0, (256 << 10) - 1));
        Assert.True(await IsLentAsync(store, 0, 256 << 10));
        await DisposeAsync();
        Assert.True(await IsLentAsync(Open(parent: Memory), 0, 1));
    }

    [Fact]
    public async Task Ranges_ThatReachBeyondTheEnd_AreNotLent()
    {
        FileBackend store = Open(parent: Memory);
        Assert.False(await IsLentAsync(store, Size - 5000, 5001));
        Assert.False(await IsLentAsync(store, Size, 10));
        Assert.True(await IsLentAsync(store, Size - 5000, 5000));
    }

    [Fact]
    public async Task AFileThatGrows_IsLentBehindItsOldEnd()
    {
        FileBackend store = Open(growable: true);
        Assert.False(await IsLentAsync(store, 0, Size)); // It is one hole, and was never read.
        long far = 0;
        // Beyond what was mapped at first, several times.
        for (int step = 1; step <= 4; step++)
        {
            far = far * 3 + (100L << 20) + 77;
            byte[] bytes = Stores.Pattern(300_000, step);
            await store.WriteAsync(far, bytes); // and so in the page cache
            using IoProbe read = await IoProbe.ReadFromFile(far, bytes.Length).RunAsync(store);
            Assert.True(read.WasLent, $"step {step}");
            Assert.Equal(bytes, read.Data);
        }
    }

    [Fact]
    public async Task AFileThatSomebodyTruncated_IsNotLent()
    {
        FileBackend store = Open();
        await store.WriteAsync(0, Stores.Pattern(Size, 3));
        Assert.True(await IsLentAsync(store, 0, Size));
        Shell.Run("truncate", "-s", "5000", Path);
        using IoProbe read = await IoProbe.ReadFromFile(4096, 300_000).RunAsync(store);
        Assert.Equal((false, 904L), (read.WasLent, read.Result));
    }

    public async ValueTask DisposeAsync()
    {
        if (_store is not null)
            await _store.DisposeAsync();
        _directory?.Dispose();
    }

    private string Path => _directory!["volume"];

    private FileBackend Open(
        DirectMode mode = DirectMode.Off, string? parent = null, EngineKind kind = EngineKind.Auto,
        bool growable = false)
    {
        _directory = new TemporaryDirectory(parent);
        return _store = FileBackend.Open(new FileBackendOptions
        {
            Path = Path, CreateSize = Size, Direct = mode, Engine = kind, Growable = growable,
        });
    }

    /// <summary>Writes the file to the disk and drops it from the page cache.</summary>
    private void Evict()
    {
        Shell.Run("sync", Path);
        Shell.Run("dd", $"if={Path}", "iflag=nocache", "count=0", "status=none");
    }

    private static async Task<bool> IsLentAsync(FileBackend store, long offset, int length)
    {
        using IoProbe read = await IoProbe.ReadFromFile(offset, length).RunAsync(store);
        Assert.Equal(Errno.None, read.Error);
        return read.WasLent;
    }
}
