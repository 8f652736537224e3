using IoMerge.Backends.Decorators;
using IoMerge.Backends.Local;
using IoMerge.Testing;

namespace IoMerge.Backends.Tests;

public sealed class VerifyBackendTests
{
    private readonly MemoryBackend _memory =
        MemoryBackend.Create(new MemoryBackendOptions { Size = 1 << 20, Growable = true });

    private readonly CollectingLogger _logger = new();

    [Theory]
    [InlineData(5000, false)]
    [InlineData(5001, true)]
    [InlineData(13_999, false)]
    [InlineData(13_999, true)]
    public async Task Read_OfBytesThatChangedBehindItsBack_FailsLoudly(int changed, bool lent)
    {
        await using VerifyBackend store = Wrap();
        byte[] data = Stores.Pattern(9000, 1);
        await store.WriteAsync(5000, data);
        await _memory.WriteAsync(changed, [(byte)~data[changed - 5000]]);
        using IoProbe read = await IoProbe.Read(4000, [3000, 20_000], acceptsLoan: lent).RunAsync(store);
        Assert.Equal((Errno.EIO, 0), (read.Error, read.Result));
        Assert.Equal(1, store.Mismatches);
        Assert.Contains($"first at byte {changed}", Assert.Single(_logger.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Read_OfBytesThatWereNeverWritten_IsNotJudged()
    {
        await using VerifyBackend store = Wrap();
        await store.WriteAsync(5000, Stores.Pattern(10, 1));
        await _memory.WriteAsync(5010, Stores.Pattern(10, 2));
        using IoProbe read = await IoProbe.Read(4990, 100).RunAsync(store);
        Assert.Equal((Errno.None, 0), (read.Error, store.Mismatches));
    }

    [Fact]
    public async Task Read_AfterZero_MustGiveZeros()
    {
        await using VerifyBackend store = Wrap();
        await store.WriteAsync(0, Stores.Pattern(20_000, 1));
        await store.DoAsync(IoKind.Zero, 1000, 10_000);
        Assert.Equal(new byte[10_000], await store.ReadAsync(1000, 10_000));
        await _memory.WriteAsync(10_999, [1]);
        using IoProbe read = await IoProbe.Read(1000, 10_000).RunAsync(store);
        Assert.Equal(Errno.EIO, read.Error);
    }

    [Theory]
    [InlineData(IoKind.Discard)]
    [InlineData(IoKind.Resize)]
    public async Task Read_AfterTheBytesWereGivenUp_IsNotJudged(IoKind kind)
    {
        await using VerifyBackend store = Wrap();
        await store.WriteAsync(0, Stores.Pattern(20_000, 1));
        await store.DoAsync(kind, 10_000, kind == IoKind.Resize ? 0 : 10_000);
        await _memory.WriteAsync(10_000, Stores.Pattern(10_000, 2));
        using IoProbe read = await IoProbe.Read(0, 20_000).RunAsync(store);
        Assert.Equal((Errno.None, 0), (read.Error, store.Mismatches));
    }

    [Theory]
    [InlineData(IoKind.Read)]
    [InlineData(IoKind.Write)]
    public async Task Transfer_ThatEndsShort_IsReported(IoKind kind)
    {
        ErrorBackend cut = new(_memory, new ErrorOptions { Kinds = [kind], Short = true });
        await using VerifyBackend store = new(cut, new VerifyOptions(), _logger);
        using IoProbe probe = kind == IoKind.Read ? IoProbe.Read(0, 8192) : IoProbe.Write(0, new byte[8192]);
        await probe.RunAsync(store);
        Assert.Equal((Errno.EIO, 1), (probe.Error, store.Mismatches));
    }

    [Fact]
    public async Task Write_ThatFailsInTheMiddle_IsRememberedUpToThere()
    {
        ErrorBackend bad = new(_memory, new ErrorOptions { Kinds = [IoKind.Write], Offset = 8192, Length = 512 });
        await using VerifyBackend store = new(bad, new VerifyOptions(), _logger);
        byte[] data = Stores.Pattern(16_384, 1);
        using IoProbe write = await IoProbe.Write(0, data).RunAsync(store);
        Assert.Equal((Errno.EIO, 8192), (write.Error, write.Result));
        Assert.Equal(data[..8192], (await store.ReadAsync(0, 16_384))[..8192]);
        await _memory.WriteAsync(8191, [(byte)~data[8191]]);
        using IoProbe read = await IoProbe.Read(0, 16_384).RunAsync(store);
        Assert.Equal(Errno.EIO, read.Error);
    }

    [Fact]
    public async Task Memory_ThatIsUsedUp_IsSaidAndNothingIsAccusedWrongly()
    {
        await using VerifyBackend store = new(_memory, new VerifyOptions { MaxBytes = 8192 }, _logger);
        await store.WriteAsync(0, Stores.Pattern(8192, 1));
        Assert.False(store.IsIncomplete);
        await store.WriteAsync(8192, Stores.Pattern(4096, 2));
        Assert.True(store.IsIncomplete);
        await _memory.WriteAsync(8192, new byte[4096]);
        await store.ReadAsync(8192, 4096);
        await _memory.WriteAsync(0, new byte[1]);
        using IoProbe read = await IoProbe.Read(0, 4096).RunAsync(store);
        Assert.Equal(Errno.EIO, read.Error);
    }

    private VerifyBackend Wrap() => new(_memory, new VerifyOptions(), _logger);
}
