using IoMerge.Backends.Local;
using IoMerge.Testing;

namespace IoMerge.Backends.Tests;

/// <summary>How transfers behave when the system does less than it was asked for.</summary>
public sealed class TransferTests
{
    [Theory]
    [InlineData(DirectMode.Off, 1)]
    [InlineData(DirectMode.Off, 999)]
    [InlineData(DirectMode.Required, 512)]
    [InlineData(DirectMode.Required, 4096)]
    public async Task Transfer_ThatTheSystemCutsShort_IsFinished(DirectMode mode, int most)
    {
        ScriptedCalls calls = new() { MostBytes = most, NoWaitAnswer = Errno.EAGAIN };
        await using ScriptedStore store = new(calls, 100_000, mode);
        byte[] data = Stores.Pattern(20_000, 1);
        using IoProbe write =
            await IoProbe.Write(1000, data, Stores.Split(data.Length, 30, 1)).RunAsync(store.Backend);
        Assert.Equal((Errno.None, data.Length), (write.Error, write.Result));
        using IoProbe read = await IoProbe.Read(1000, Stores.Split(data.Length, 17, 2)).RunAsync(store.Backend);
        Assert.Equal(data, read.Data);
        Assert.True(calls.Writes > 4);
    }

    [Theory]
    [InlineData(DirectMode.Off)]
    [InlineData(DirectMode.Required)]
    public async Task Write_WithoutProgress_IsAnIoError(DirectMode mode)
    {
        ScriptedCalls calls = new() { WritesMakeNoProgress = true, NoWaitAnswer = Errno.EAGAIN };
        await using ScriptedStore store = new(calls, 100_000, mode);
        using IoProbe write = await IoProbe.Write(0, new byte[8192]).RunAsync(store.Backend);
        Assert.Equal((Errno.EIO, 0), (write.Error, write.Result));
    }

    [Theory]
    [InlineData(DirectMode.Off, 0, 16_384)]
    [InlineData(DirectMode.Required, 0, 16_384)]
    [InlineData(DirectMode.Off, 100, 20_000)]
    [InlineData(DirectMode.Required, 100, 20_000)]
    public async Task Write_ThatFailsInTheMiddle_SaysHowMuchIsGood(DirectMode mode, int offset, int length)
    {
        const int Bad = 8192;
        ScriptedCalls calls = new() { BadOffset = Bad, NoWaitAnswer = Errno.EAGAIN };
        await using ScriptedStore store = new(calls, 100_000, mode);
        byte[] data = Stores.Pattern(length, 2);
        using IoProbe write = await IoProbe.Write(offset, data).RunAsync(store.Backend);
        Assert.Equal((Errno.EIO, Bad - offset), (write.Error, write.Result));
        Assert.Equal(data[..(Bad - offset)], await store.Backend.ReadAsync(offset, Bad - offset));
    }

    [Theory]
    [InlineData(DirectMode.Off)]
    [InlineData(DirectMode.Required)]
    public async Task Write_BehindTheEndThatFails_LeavesTheFileAtItsLastGoodByte(DirectMode mode)
    {
        ScriptedCalls calls = new() { BadOffset = 12_288, BadError = Errno.ENOSPC, NoWaitAnswer = Errno.EAGAIN };
        await using ScriptedStore store = new(calls, 5000, mode, growable: true);
        using IoProbe write = await IoProbe.Write(8192, Stores.Pattern(8192, 3)).RunAsync(store.Backend);
        Assert.Equal((Errno.ENOSPC, 4096), (write.Error, write.Result));
        Assert.Equal(12_288, store.Backend.Size);
        Assert.Equal(12_288, store.FileLength);
    }

    [Fact]
    public async Task Write_BehindTheEndThatFailsAtOnce_LeavesTheFileAsItWas()
    {
        ScriptedCalls calls = new() { BadOffset = 0, BadError = Errno.ENOSPC, NoWaitAnswer = Errno.EAGAIN };
        await using ScriptedStore store = new(calls, 5000, DirectMode.Off, growable: true);
        using IoProbe write = await IoProbe.Write(8192, new byte[100]).RunAsync(store.Backend);
        Assert.Equal((Errno.ENOSPC, 0), (write.Error, write.Result));
        Assert.Equal((5000, 5000), (store.Backend.Size, store.FileLength));
    }

    [Theory]
    [InlineData(DirectMode.Off, 8192)]
    [InlineData(DirectMode.Required, 8192)]
    [InlineData(DirectMode.Required, 4000)]
    public async Task Write_ThatGrewTheFileAndFailed_IsUndone(DirectMode mode, int offset)
    {
        ScriptedCalls calls = new() { WritesFailAfterwards = true, NoWaitAnswer = Errno.EAGAIN };
        await using ScriptedStore store = new(calls, 5000, mode, growable: true);
        using IoProbe write =
            await IoProbe.Write(offset, new byte[8192], flags: IoFlags.DataSync).RunAsync(store.Backend);
        Assert.Equal((Errno.EIO, 0), (write.Error, write.Result));
        Assert.Equal((5000, 5000), (store.Backend.Size, store.FileLength));
    }

    [Fact]
    public async Task Zero_ThatGrewTheFileAndFailed_IsUndone()
    {
        ScriptedCalls calls = new() { HasNoRangeCalls = true, BadOffset = 2 << 20 };
        await using ScriptedStore store = new(calls, 5000, DirectMode.Off, growable: true);
        Assert.Equal((Errno.EIO, 0), await store.Backend.DoAsync(IoKind.Zero, 0, 3 << 20));
        Assert.Equal((5000, 5000), (store.Backend.Size, store.FileLength));
    }

    [Fact]
    public async Task Write_OfUnalignedRange_ReadsOnlyTheEdgesAndWritesOnce()
    {
        ScriptedCalls calls = new();
        await using ScriptedStore store = new(calls, 1 << 20, DirectMode.Required);
        using IoProbe write = await IoProbe.Write(100, new byte[100_000]).RunAsync(store.Backend);
        Assert.Equal(Errno.None, write.Error);
        Assert.Equal((2, 1), (calls.Reads, calls.Writes));
    }

    [Fact]
    public async Task Write_OfAlignedBlocks_IsOneCallWithoutARead()
    {
        ScriptedCalls calls = new();
        await using ScriptedStore store = new(calls, 1 << 20, DirectMode.Required);
        using IoProbe write = await IoProbe.Write(4096, new byte[65_536], [4096, 8192, 53_248]).RunAsync(store.Backend);
        Assert.Equal(Errno.None, write.Error);
        Assert.Equal((0, 1), (calls.Reads, calls.Writes));
    }

    [Theory]
    [InlineData(DirectMode.Off)]
    [InlineData(DirectMode.Required)]
    public async Task Flush_OfAFile_CallsFdatasyncOnce(DirectMode mode)
    {
        ScriptedCalls calls = new();
        await using ScriptedStore store = new(calls, 100_000, mode);
        await store.Backend.DoAsync(IoKind.Flush, 0);
        Assert.Equal((1, 0), (calls.DataSyncs, calls.FullSyncs.Count));
    }

    [Theory]
    [InlineData(DirectMode.Off, IoFlags.DataSync, CallFlags.DataSync)]
    [InlineData(DirectMode.Off, IoFlags.Sync, CallFlags.Sync)]
    [InlineData(DirectMode.Required, IoFlags.DataSync | IoFlags.Sync, CallFlags.Sync)]
    [InlineData(DirectMode.Required, IoFlags.None, CallFlags.None)]
    internal async Task Write_WithDurability_AsksTheSystemForIt(DirectMode mode, IoFlags flags, CallFlags expected)
    {
        ScriptedCalls calls = new() { NoWaitAnswer = Errno.EAGAIN };
        await using ScriptedStore store = new(calls, 100_000, mode);
        await store.Backend.WriteAsync(10, new byte[100], flags);
        Assert.Equal(expected, calls.LastWriteFlags);
    }

    [Fact]
    public async Task Zero_WithDurability_IsFollowedByASync()
    {
        ScriptedCalls calls = new();
        await using ScriptedStore store = new(calls, 100_000, DirectMode.Off);
        await store.Backend.DoAsync(IoKind.Zero, 0, 4096, IoFlags.DataSync);
        await store.Backend.DoAsync(IoKind.Zero, 0, 4096, IoFlags.Sync);
        Assert.Equal((1, 1), (calls.DataSyncs, calls.FullSyncs.Count));
    }

    [Theory]
    [InlineData(DirectMode.Off, IoFlags.None)]
    [InlineData(DirectMode.Required, IoFlags.Unmap)]
    public async Task Zero_WhereFallocateIsMissing_WritesExactlyTheRange(DirectMode mode, IoFlags flags)
    {
        const int Size = 3 << 20;
        ScriptedCalls calls = new() { HasNoRangeCalls = true };
        await using ScriptedStore store = new(calls, Size, mode);
        byte[] expected = Stores.Pattern(Size, 4);
        await store.Backend.WriteAsync(0, expected);
        Assert.Equal((Errno.None, 0), await store.Backend.DoAsync(IoKind.Zero, 1001, 2_500_000, flags));
        expected.AsSpan(1001, 2_500_000).Clear();
        Assert.Equal(expected, await store.Backend.ReadAsync(0, Size));
        int tries = calls.Allocations;
        await store.Backend.DoAsync(IoKind.Zero, 0, 10, flags);
        Assert.Equal(tries, calls.Allocations); // What is missing is not asked for again.
    }

    [Fact]
    public async Task Operation_ThatMeetsABug_FailsAndTheBugIsKept()
    {
        await using ScriptedStore store = new(new ScriptedCalls { Throws = true }, 100_000, DirectMode.Required);
        using IoProbe read = await IoProbe.Read(0, 4096).RunAsync(store.Backend);
        Assert.Equal((Errno.EIO, 0), (read.Error, read.Result));
        Assert.Equal("planted", Assert.IsType<InvalidOperationException>(store.Backend.Fault).Message);
    }

    [Fact]
    public async Task Operation_WhoseMemoryDoesNotAddUp_IsRefused()
    {
        await using ScriptedStore store = new(new ScriptedCalls(), 100_000, DirectMode.Off);
        using LyingIo lie = new(new Extent(0, 4096), 8192);
        store.Backend.Submit(lie);
        Assert.Equal(Errno.EINVAL, await lie.Outcome);
    }

    /// <summary>A write whose segments are longer than its extent.</summary>
    private sealed class LyingIo : BackendIo, IDisposable
    {
        private readonly IoMemory _memory;
        private readonly TaskCompletionSource<Errno> _outcome = new();

        internal LyingIo(Extent extent, int length)
        {
            Kind = IoKind.Write;
            Extent = extent;
            _memory = new IoMemory([length]);
        }

        internal Task<Errno> Outcome => _outcome.Task;

        public override ReadOnlySpan<IoSegment> Segments => _memory.Segments;

        public override void Complete(Errno error, long result) => _outcome.SetResult(error);

        public void Dispose() => _memory.Dispose();
    }
}
