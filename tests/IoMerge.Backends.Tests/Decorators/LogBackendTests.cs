using IoMerge.Backends.Decorators;
using IoMerge.Backends.Local;
using IoMerge.Testing;

namespace IoMerge.Backends.Tests;

public sealed class LogBackendTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Log_ToAFile_HasOneLineForEachOperation()
    {
        string path = _directory["log"];
        ErrorBackend inner = new(NewMemory(), new ErrorOptions { Kinds = [IoKind.Discard], Error = "EIO" });
        await using (LogBackend store = new(inner, new LogOptions { Path = path }))
        {
            using IoProbe write =
                await IoProbe.Write(4096, new byte[8192], flags: IoFlags.DataSync, members: 2).RunAsync(store);
            using IoProbe lent = await IoProbe.Read(0, [512], acceptsLoan: true).RunAsync(store);
            Assert.True(lent.WasLent);
            await store.DoAsync(IoKind.Discard, 0, 4096);
            await store.DoAsync(IoKind.Flush, 0);
        }
        string[] lines = File.ReadAllLines(path);
        Assert.Matches(
            @"^start_us kind offset length members flags error result took_us opened_utc=\d{4}-[-\d]+T[:.\d]+Z$",
            lines[0]);
        Assert.Equal(
            [
                "Write 4096 8192 2 DataSync ok 8192", "Read 0 512 1 - ok 512", "Discard 0 4096 1 - EIO 0",
                "Flush 0 0 1 - ok 0",
            ],
            lines.Skip(1).Select(line => string.Join(' ', line.Split(' ')[1..^1])));
    }

    [Fact]
    public async Task Log_OfManyThreads_LosesNothing()
    {
        string path = _directory["log"];
        await using (LogBackend store = new(NewMemory(), new LogOptions { Path = path }))
        {
            await Parallel.ForAsync(0, 5000, async (index, _) => await store.DoAsync(IoKind.Zero, index, 1));
        }
        HashSet<string> offsets = [.. File.ReadLines(path).Skip(1).Select(line => line.Split(' ')[2])];
        Assert.Equal(5000, offsets.Count);
    }

    [Fact]
    public async Task Log_WithoutAFile_GoesToTheLogger()
    {
        CollectingLogger logger = new();
        await using (LogBackend store = new(NewMemory(), new LogOptions(), logger))
            await store.DoAsync(IoKind.Flush, 0);
        Assert.Contains("Flush 0 0 1 - ok 0", Assert.Single(logger.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public void Log_ToAnImpossiblePath_IsRefused()
    {
        BackendOpenException fault = Assert.Throws<BackendOpenException>(
            () => new LogBackend(NewMemory(), new LogOptions { Path = _directory["no/log"] }));
        Assert.Contains("no/log", fault.Message, StringComparison.Ordinal);
    }

    private static MemoryBackend NewMemory() => MemoryBackend.Create(new MemoryBackendOptions { Size = 1 << 20 });
}
