using System.Runtime.InteropServices;
using IoMerge.Rings;
using IoMerge.Testing;
using IoMerge.Testing.Processes;
using static IoMerge.Rings.IoUringConstants;

namespace IoMerge.Backends.Tests;

/// <summary>An operation that never comes back: its caller is answered once, and nothing of his is touched.</summary>
public sealed class CompletionTimeoutTests
{
    private const int Block = 4096;
    private const int TimeoutMs = 100;
    private static readonly TimeSpan LongEnough = TimeSpan.FromMilliseconds(2 * TimeoutMs);
    private readonly ManualTime _time = new();

    [Theory]
    [InlineData(IoKind.Read)]
    [InlineData(IoKind.Write)]
    [InlineData(IoKind.Flush)]
    public async Task Operation_ThatDoesNotComeBack_IsAnsweredNamedAndCalledBack(IoKind kind)
    {
        await using RingStore store = Open();
        using IoProbe lost = await LoseAsync(store, Probe(kind, 2));
        Assert.Equal((Errno.ETIMEDOUT, 0, 1), (lost.Error, lost.Result, lost.Completions));
        string said = store.Warnings[0];
        Assert.Contains(kind == IoKind.Flush ? "Flush" : $"{kind} [8192, 12288)", said, StringComparison.Ordinal);
        Assert.Contains("200 ms", said, StringComparison.Ordinal);
        Until.True(() => store.Kernel.Cancels.Count == 1, () => "The kernel is not asked to give it up.");
        ulong ticket = Assert.Single(store.Kernel.Kept).user_data;
        Assert.Equal([ticket], store.Kernel.Cancels);
        store.Kernel.Complete(ticket, -Errno.ECANCELED.Value);
        AssertComesBack(store);
        Assert.Equal(1, lost.Completions);
    }

    [Fact]
    public async Task Read_ThatComesBackTooLate_DoesNotTouchTheCallersMemory()
    {
        await using RingStore store = Open();
        await store.Backend.WriteAsync(2 * Block, Stores.Pattern(Block, 1));
        using IoProbe lost = await LoseAsync(store, IoProbe.Read(2 * Block, Block));
        byte[] before = BytesOf(lost);
        IoUringSqe entry = Assert.Single(store.Kernel.Kept);
        Assert.Equal(Block, store.Kernel.DoIt(entry));
        store.Kernel.Complete(entry.user_data, Block);
        AssertComesBack(store);
        Assert.Empty(lost.Data);
        Assert.Equal(before, BytesOf(lost));
        Assert.NotEqual(Stores.Pattern(Block, 1), before);
        Assert.Equal(Stores.Pattern(Block, 1), await store.Backend.ReadAsync(2 * Block, Block));

        static byte[] BytesOf(IoProbe probe)
        {
            byte[] bytes = new byte[Block];
            Marshal.Copy(probe.Segments[0].Address, bytes, 0, Block);
            return bytes;
        }
    }

    [Fact]
    public async Task Write_ThatComesBackTooLate_WritesWhatItsCallerGave_AndNobodyOvertakesIt()
    {
        await using RingStore store = Open();
        byte[] given = Stores.Pattern(Block, 3);
        IoProbe lost = await LoseAsync(store, IoProbe.Write(2 * Block, given));
        IoUringSqe entry = Assert.Single(store.Kernel.Kept);
        lost.Dispose(); // The caller's memory is the caller's again, and may be anything.
        foreach (IoProbe probe in new[] { Probe(IoKind.Write, 2), Probe(IoKind.Read, 2), Probe(IoKind.Discard, 2) })
        {
            using IoProbe second = await probe.RunAsync(store.Backend);
            Assert.Equal((Errno.EIO, 1), (second.Error, second.Completions));
        }
        await store.Backend.WriteAsync(3 * Block, new byte[Block]);
        store.Kernel.Complete(entry.user_data, store.Kernel.DoIt(entry));
        AssertComesBack(store);
        Assert.Equal(given, await store.Backend.ReadAsync(2 * Block, Block));
        await store.Backend.WriteAsync(2 * Block, new byte[Block]);
    }

    [Fact]
    public async Task LostRead_StopsNoOtherReads_ButChanges()
    {
        await using RingStore store = Open();
        using IoProbe lost = await LoseAsync(store, Probe(IoKind.Read, 2));
        ulong ticket = Assert.Single(store.Kernel.Kept).user_data;
        using IoProbe read = await Probe(IoKind.Read, 2).RunAsync(store.Backend);
        using IoProbe write = await Probe(IoKind.Write, 2).RunAsync(store.Backend);
        Assert.Equal((Errno.None, Errno.EIO), (read.Error, write.Error));
        store.Kernel.Complete(ticket, Block);
        AssertComesBack(store);
    }

    [Fact]
    public async Task AStoreThatKeepsWhatItGets_IsAskedNoMore_UntilSomeComesBack()
    {
        const int Most = 8;
        await using RingStore store = new(timeoutMs: TimeoutMs, time: _time, mostLostBytes: Most * Block);
        IoProbe[] lost = [.. Enumerable.Range(0, Most).Select(_ => Probe(IoKind.Read, 3))];
        await LoseAsync(store, lost);
        using IoProbe refused = await Probe(IoKind.Read, 2).RunAsync(store.Backend);
        using IoProbe refusedToo = await Probe(IoKind.Flush, 0).RunAsync(store.Backend);

        Assert.Equal((Errno.ETIMEDOUT, Errno.ETIMEDOUT), (refused.Error, refusedToo.Error));
        Assert.Equal(Most, store.Kernel.Kept.Count);
        Assert.Single(store.Warnings, what => what.Contains("asked nothing more", StringComparison.Ordinal));
        IoUringSqe[] kept = [.. store.Kernel.Kept];
        store.Kernel.Complete(kept[0].user_data, Block);
        AssertComesBack(store);
        using IoProbe served = await Probe(IoKind.Read, 2).RunAsync(store.Backend);
        Assert.Equal(Errno.None, served.Error);
        foreach (IoUringSqe entry in kept.Skip(1))
            store.Kernel.Complete(entry.user_data, Block);
        Until.True(() => store.Warnings.Count(what => what.Contains("after all", StringComparison.Ordinal)) == Most,
            () => "Not all come back.");
        Assert.All(lost, probe => Assert.Equal((Errno.ETIMEDOUT, 1), (probe.Error, probe.Completions)));
        Array.ForEach(lost, probe => probe.Dispose());
    }

    [Fact]
    public async Task Operations_ThatComeBackInTime_AreNotTouched()
    {
        await using RingStore store = Open();
        byte[] data = Stores.Pattern(300_000, 4);
        await store.Backend.WriteAsync(1000, data);
        _time.Advance(LongEnough);
        Assert.Equal(data, await store.Backend.ReadAsync(1000, data.Length));
        Assert.Empty(store.Warnings);
    }

    [Fact]
    public async Task Disposal_BeforeALostOperation_IsBounded_AndSaysSo()
    {
        RingStore store = Open();
        using IoProbe lost = await LoseAsync(store, Probe(IoKind.Write, 2));
        ulong ticket = Assert.Single(store.Kernel.Kept).user_data;
        await store.Backend.DisposeAsync();
        Assert.Contains(store.Warnings, what => what.Contains("hold it open", StringComparison.Ordinal));
        store.Kernel.Complete(ticket, Block);
        Until.True(() => store.Kernel.Open == 0, () => "The ring is not given back.");
        await store.DisposeAsync();
    }

    private RingStore Open() => new(timeoutMs: TimeoutMs, time: _time);

    private static IoProbe Probe(IoKind kind, int block) => kind switch
    {
        IoKind.Read => IoProbe.Read(block * Block, Block),
        IoKind.Write => IoProbe.Write(block * Block, new byte[Block]),
        IoKind.Flush => IoProbe.Flush(),
        _ => IoProbe.Of(kind, block * Block, Block),
    };

    /// <summary>Submits an operation that the kernel keeps, and lets its time pass.</summary>
    private async Task<IoProbe> LoseAsync(RingStore store, IoProbe probe)
    {
        await LoseAsync(store, [probe]);
        return probe;
    }

    private async Task LoseAsync(RingStore store, IoProbe[] probes)
    {
        store.Kernel.Answer = entry => entry.opcode == IORING_OP_ASYNC_CANCEL ? 0 : LyingKernel.Keep;
        foreach (IoProbe probe in probes)
            store.Backend.Submit(probe);
        Until.True(() => store.Kernel.Kept.Count == probes.Length, () => "The operations do not reach the kernel.");
        store.Kernel.Answer = entry => entry.opcode == IORING_OP_ASYNC_CANCEL ? 0 : null;
        _time.Advance(LongEnough);
        foreach (IoProbe probe in probes)
            await probe.Ended();
    }

    private static void AssertComesBack(RingStore store) => Until.True(
        () => store.Warnings.Any(what => what.Contains("come back after all", StringComparison.Ordinal)),
        () => "It is not said that the operation came back.");
}
