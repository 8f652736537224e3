using IoMerge.Backends.Decorators;
using IoMerge.Backends.Local;
using IoMerge.Testing;

namespace IoMerge.Backends.Tests;

public sealed class ErrorBackendTests
{
    [Fact]
    public async Task Rule_ForAKind_FailsOnlyThatKind()
    {
        await using ErrorBackend store = Wrap(new ErrorOptions { Kinds = [IoKind.Flush], Error = "ENOSPC" });
        await store.WriteAsync(0, new byte[10]);
        Assert.Equal((Errno.ENOSPC, 0), await store.DoAsync(IoKind.Flush, 0));
        Assert.Equal(1, store.Failures);
    }

    [Fact]
    public async Task Rule_ForARange_IsABadSector()
    {
        await using ErrorBackend store = Wrap(new ErrorOptions { Offset = 8192, Length = 512 });
        byte[] data = Stores.Pattern(16_384, 1);
        using IoProbe write = await IoProbe.Write(0, data, Stores.Split(data.Length, 7, 1)).RunAsync(store);
        Assert.Equal((Errno.EIO, 8192), (write.Error, write.Result));
        Assert.Equal(data[..8192], await store.ReadAsync(0, 8192));
        Assert.Equal(new byte[100], await store.ReadAsync(8704, 100));
        using IoProbe read = await IoProbe.Read(4096, [4096, 8192], acceptsLoan: true).RunAsync(store);
        Assert.Equal((Errno.EIO, 4096), (read.Error, read.Result));
        Assert.Equal(data[4096..8192], read.Data);
        using IoProbe inside = await IoProbe.Read(8200, 10).RunAsync(store);
        Assert.Equal((Errno.EIO, 0), (inside.Error, inside.Result));
        Assert.Equal((Errno.None, 0), await store.DoAsync(IoKind.Flush, 0));
    }

    [Fact]
    public async Task Rule_ForTheNth_FailsOnlyThatOne()
    {
        await using ErrorBackend store = Wrap(new ErrorOptions { Kinds = [IoKind.Read], Nth = 3, Error = "110" });
        List<Errno> errors = [];
        for (int call = 0; call < 5; call++)
        {
            await store.DoAsync(IoKind.Flush, 0);
            using IoProbe read = await IoProbe.Read(0, 10).RunAsync(store);
            errors.Add(read.Error);
        }
        Assert.Equal([Errno.None, Errno.None, Errno.ETIMEDOUT, Errno.None, Errno.None], errors);
    }

    [Fact]
    public async Task Rule_ByRate_RepeatsWithItsSeed()
    {
        bool[] first = await FailuresAsync(seed: 5);
        Assert.Equal(first, await FailuresAsync(seed: 5));
        Assert.NotEqual(first, await FailuresAsync(seed: 6));
        Assert.InRange(first.Count(failed => failed), 60, 140);
    }

    [Theory]
    [InlineData(IoKind.Read)]
    [InlineData(IoKind.Write)]
    public async Task Rule_ThatCutsShort_EndsTransfersEarlyWithoutAnError(IoKind kind)
    {
        await using ErrorBackend store = Wrap(new ErrorOptions { Kinds = [kind], Short = true, Seed = 1 });
        for (int round = 0; round < 20; round++)
        {
            using IoProbe probe = kind == IoKind.Read
                ? IoProbe.Read(0, [100, 900])
                : IoProbe.Write(0, Stores.Pattern(1000, round), [100, 900]);
            await probe.RunAsync(store);
            Assert.Equal(Errno.None, probe.Error);
            Assert.InRange(probe.Result, 0, 999);
        }
        Assert.Equal((Errno.None, 0), await store.DoAsync(IoKind.Flush, 0));
    }

    [Fact]
    public async Task Rule_ThatMeetsARealError_PassesItOn()
    {
        ErrorOptions rule = new() { Offset = 8192, Length = 512, Error = "ENODEV" };
        await using ErrorBackend store = Wrap(rule, "EROFS");
        using IoProbe write = await IoProbe.Write(0, new byte[16_384]).RunAsync(store);
        Assert.Equal((Errno.EROFS, 0), (write.Error, write.Result));
    }

    [Theory]
    [InlineData("EWRONG")]
    [InlineData("0")]
    [InlineData("")]
    public void Options_WithAnUnknownError_AreRefused(string error)
    {
        BackendOpenException fault =
            Assert.Throws<BackendOpenException>(() => Wrap(new ErrorOptions { Error = error }));
        Assert.Contains("Error", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-0.1)]
    [InlineData(1.1)]
    [InlineData(double.NaN)]
    public void Options_WithAnImpossibleRate_AreRefused(double rate) =>
        Assert.Throws<BackendOpenException>(() => Wrap(new ErrorOptions { Rate = rate }));

    private static async Task<bool[]> FailuresAsync(int seed)
    {
        await using ErrorBackend store = Wrap(new ErrorOptions { Rate = 0.2, Seed = seed });
        List<bool> failures = [];
        for (int call = 0; call < 500; call++)
            failures.Add((await store.DoAsync(IoKind.Flush, 0)).Error.IsError);
        return [.. failures];
    }

    private static ErrorBackend Wrap(ErrorOptions options, string? innerError = null)
    {
        IBackend inner = MemoryBackend.Create(new MemoryBackendOptions { Size = 1 << 20 });
        if (innerError is not null)
            inner = new ErrorBackend(inner, new ErrorOptions { Error = innerError });
        return new ErrorBackend(inner, options);
    }
}
