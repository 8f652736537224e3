using IoMerge.Backends.Local;
using IoMerge.Testing;
using IoMerge.Testing.Processes;

namespace IoMerge.Backends.Tests;

/// <summary>
/// Threads that the system does not let go: callers are answered in time, once, and what comes back late touches
/// nothing of theirs.
/// </summary>
public sealed class BlockedThreadTests : IAsyncDisposable
{
    private const int Block = 4096;
    private const int TimeoutMs = 100;
    private const int Workers = 2;
    private static readonly TimeSpan LongEnough = TimeSpan.FromMilliseconds(2 * TimeoutMs);
    private readonly TemporaryDirectory _directory = new();
    private readonly ManualTime _time = new();
    private readonly HeldCalls _calls = new();
    private readonly List<string> _warnings = [];
    private readonly FileBackend _backend;

    public BlockedThreadTests()
    {
        FileBackendOptions options = new()
        {
            Path = _directory["volume"], CreateSize = 1 << 20, Engine = EngineKind.Threads, Workers = Workers,
            Direct = DirectMode.Required, CompletionTimeoutMs = TimeoutMs,
        };
        _backend = new FileBackend(
            FileOpener.Open(options, LinuxStoreCalls.Instance), options, _calls,
            options.EngineSettings with { Time = _time });
        _backend.Warned += what =>
        {
            lock (_warnings)
                _warnings.Add(what);
        };
    }

    [Theory]
    [InlineData(IoKind.Read)]
    [InlineData(IoKind.Write)]
    [InlineData(IoKind.Flush)]
    public async Task Operation_ThatBlocks_IsAnsweredOnce_AndNamed(IoKind kind)
    {
        using IoProbe lost = await LoseAsync(kind switch
        {
            IoKind.Read => IoProbe.Read(2 * Block, Block),
            IoKind.Write => IoProbe.Write(2 * Block, new byte[Block]),
            _ => IoProbe.Flush(),
        });
        Assert.Equal((Errno.ETIMEDOUT, 0), (lost.Error, lost.Result));
        string said = Assert.Single(Warnings);
        Assert.Contains(kind == IoKind.Flush ? "Flush" : $"{kind} [8192, 12288)", said, StringComparison.Ordinal);
        Assert.Contains("200 ms", said, StringComparison.Ordinal);
        ComeBack(1);
        Assert.Equal((Errno.ETIMEDOUT, 1), (lost.Error, lost.Completions));
    }

    [Fact]
    public async Task Read_ThatComesBackTooLate_DoesNotTouchTheCallersMemory()
    {
        byte[] stored = Stores.Pattern(Block, 1);
        await _backend.WriteAsync(2 * Block, stored);
        IoProbe read = IoProbe.Read(2 * Block, Block);
        byte[] before = MemoryOf(read);
        Assert.NotEqual(stored, before);
        using IoProbe lost = await LoseAsync(read);
        ComeBack(1);
        Assert.Equal(before, MemoryOf(lost));
        Assert.Equal(stored, await _backend.ReadAsync(2 * Block, Block));
    }

    [Fact]
    public async Task Write_ThatComesBackTooLate_WritesWhatItsCallerGave_AndNobodyOvertakesIt()
    {
        byte[] given = Stores.Pattern(Block, 3);
        IoProbe lost = await LoseAsync(IoProbe.Write(2 * Block, given));
        lost.Dispose(); // The caller's memory is the caller's again, and may be anything.
        foreach (IoProbe probe in new[] { IoProbe.Write(2 * Block, new byte[Block]), IoProbe.Read(2 * Block, Block) })
        {
            using IoProbe second = await probe.RunAsync(_backend);
            Assert.True(second.Error.IsError && second.Completions == 1, $"{second.Kind}: {second.Error}");
        }
        // One thread is held; another serves what does not touch those blocks.
        await _backend.WriteAsync(3 * Block, Stores.Pattern(Block, 4));
        ComeBack(1);
        Assert.Equal(given, await _backend.ReadAsync(2 * Block, Block));
        Assert.Equal(Stores.Pattern(Block, 4), await _backend.ReadAsync(3 * Block, Block));
    }

    [Fact]
    public async Task Operations_BehindThreadsThatAreAllHeld_AreAnsweredToo()
    {
        const int Many = 8;
        _calls.Holds = true;
        IoProbe[] probes = [.. Enumerable.Range(0, Many).Select(i => IoProbe.Write(i * Block, new byte[Block]))];
        foreach (IoProbe probe in probes)
            _backend.Submit(probe);
        Until.True(() => _calls.Held == Workers, () => "The operations do not reach the system.");
        _time.Advance(LongEnough);
        foreach (IoProbe probe in probes)
            await probe.Ended();
        ComeBack(Many);
        Assert.All(probes, probe => Assert.Equal((Errno.ETIMEDOUT, 1), (probe.Error, probe.Completions)));
        await _backend.WriteAsync(0, new byte[Block]);
        Array.ForEach(probes, probe => probe.Dispose());
    }

    /// <summary>Nobody is left to answer whoever waits on his own thread: Auto does not make him do that.</summary>
    [Fact]
    public async Task Timeout_OnAFileInMemory_IsNotServedByTheThreadThatSubmits()
    {
        FileBackendOptions options = new()
        {
            Path = Path.Combine("/dev/shm", $"iomerge-{Guid.NewGuid():N}"), CreateSize = Block,
            CompletionTimeoutMs = TimeoutMs,
        };
        await using FileBackend store = new(
            FileOpener.Open(options, LinuxStoreCalls.Instance), options, LinuxStoreCalls.Instance);
        File.Delete(options.Path);
        Assert.NotEqual(EngineKind.Inline, store.Engine);
        Assert.False(store.Geometry.CompletesInline);
    }

    [Theory]
    [InlineData(EngineKind.Inline, 100, false)]
    [InlineData(EngineKind.Inline, 0, true)]
    [InlineData(EngineKind.Threads, 100, true)]
    [InlineData(EngineKind.Auto, 100, true)]
    public void Timeout_WithTheThreadThatSubmits_IsRefused(EngineKind engine, int timeoutMs, bool isFine)
    {
        OptionFault[] faults =
        [
            .. new FileBackendOptions { Path = "file", Engine = engine, CompletionTimeoutMs = timeoutMs }.Validate(),
            .. new BlockDeviceOptions { Path = "disk", Engine = engine, CompletionTimeoutMs = timeoutMs }.Validate(),
        ];
        Assert.Equal(isFine ? 0 : 2, faults.Length);
        Assert.All(faults, fault => Assert.Contains(
            "CompletionTimeoutMs is \"100\"; it must be 0 when Engine is Inline", fault.ToString(),
            StringComparison.Ordinal));
    }

    public async ValueTask DisposeAsync()
    {
        await _backend.DisposeAsync();
        _calls.Dispose();
        _directory.Dispose();
    }

    private string[] Warnings
    {
        get
        {
            lock (_warnings)
                return [.. _warnings];
        }
    }

    private static byte[] MemoryOf(IoProbe probe)
    {
        IoSegment segment = probe.Segments[0];
        byte[] bytes = new byte[segment.Length];
        System.Runtime.InteropServices.Marshal.Copy(segment.Address, bytes, 0, bytes.Length);
        return bytes;
    }

    /// <summary>Submits an operation that blocks in the system, and lets its time pass.</summary>
    private async Task<IoProbe> LoseAsync(IoProbe probe)
    {
        _calls.Holds = true;
        _backend.Submit(probe);
        Until.True(() => _calls.Held == 1, () => "The operation does not reach the system.");
        _calls.Holds = false;
        _time.Advance(LongEnough);
        await probe.Ended();
        return probe;
    }

    private void ComeBack(int calls)
    {
        _calls.Holds = false;
        _calls.LetGo(calls);
        Until.True(
            () => Warnings.Count(what => what.Contains("come back after all", StringComparison.Ordinal)) == calls,
            () => $"It is not said that all came back: {string.Join('\n', Warnings)}");
    }
}
