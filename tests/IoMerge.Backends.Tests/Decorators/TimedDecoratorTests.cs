using IoMerge.Backends.Decorators;
using IoMerge.Backends.Local;
using IoMerge.Testing;
using Microsoft.Extensions.Time.Testing;

namespace IoMerge.Backends.Tests;

/// <summary>Delay and rate limit under a clock that the test moves.</summary>
public sealed class TimedDecoratorTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task Delay_HoldsEachKindForItsTime()
    {
        DelayOptions options = new() { ReadDelayUs = 1000, WriteDelayUs = 3000, FlushDelayUs = 2000 };
        await using DelayBackend store = new(NewMemory(), options, _time);
        using IoProbe write = Submit(store, IoProbe.Write(0, new byte[10]));
        using IoProbe flush = Submit(store, IoProbe.Flush());
        using IoProbe read = Submit(store, IoProbe.Read(0, 10));
        using IoProbe zero = Submit(store, IoProbe.Of(IoKind.Zero, 100, 10));
        Assert.Equal((0, 0, 0, 1), (write.Completions, flush.Completions, read.Completions, zero.Completions));
        _time.Advance(TimeSpan.FromMicroseconds(999));
        Assert.Equal(0, read.Completions);
        _time.Advance(TimeSpan.FromMicroseconds(1));
        Assert.Equal((0, 0, 1), (write.Completions, flush.Completions, read.Completions));
        _time.Advance(TimeSpan.FromMicroseconds(1000));
        Assert.Equal((0, 1), (write.Completions, flush.Completions));
        _time.Advance(TimeSpan.FromMicroseconds(1000));
        Assert.Equal(1, write.Completions);
    }

    [Fact]
    public async Task Delay_WithJitter_StaysInItsBoundsAndRepeatsWithItsSeed()
    {
        int[] first = await CountAfterEachStepAsync();
        Assert.Equal(first, await CountAfterEachStepAsync());
        Assert.Equal(0, first[0]);
        Assert.Equal(40, first[^1]);
        Assert.True(first.Distinct().Count() > 3); // Spread out, not all at one moment.
    }

    [Fact]
    public async Task Delay_InTheSystemsTime_LetsEverythingThroughOnce()
    {
        await using DelayBackend store = new(NewMemory(), new DelayOptions { ReadDelayUs = 100, JitterUs = 300 });
        IoProbe[] reads = [.. Enumerable.Range(0, 200).Select(index => Submit(store, IoProbe.Read(index, 10)))];
        foreach (IoProbe read in reads)
        {
            await read.Ended();
            Assert.Equal((Errno.None, 1), (read.Error, read.Completions));
            read.Dispose();
        }
    }

    [Fact]
    public async Task Delay_ThatIsDisposedOf_LetsGoWhatItHolds()
    {
        DelayBackend store = new(NewMemory(), new DelayOptions { FlushDelayUs = 60_000_000 });
        using IoProbe flush = Submit(store, IoProbe.Flush());
        Assert.Equal(0, flush.Completions);
        await store.DisposeAsync();
        Assert.Equal(1, flush.Completions);
    }

    [Fact]
    public async Task RateLimit_OfOperations_SpacesThemInOrder()
    {
        RateLimitOptions options = new() { OperationsPerSecond = 10, BurstMs = 0 };
        await using RateLimitBackend store = new(NewMemory(), options, _time);
        IoProbe[] probes = [.. Enumerable.Range(0, 4).Select(_ => Submit(store, IoProbe.Read(0, 4096)))];
        Assert.Equal([1, 0, 0, 0], Completions(probes));
        _time.Advance(TimeSpan.FromMilliseconds(99));
        Assert.Equal([1, 0, 0, 0], Completions(probes));
        _time.Advance(TimeSpan.FromMilliseconds(2));
        Assert.Equal([1, 1, 0, 0], Completions(probes));
        _time.Advance(TimeSpan.FromMilliseconds(200));
        Assert.Equal([1, 1, 1, 1], Completions(probes));
        Array.ForEach(probes, probe => probe.Dispose());
    }

    [Fact]
    public async Task RateLimit_AfterAPause_AllowsABurstAndNoMore()
    {
        RateLimitOptions options = new() { OperationsPerSecond = 100, BurstMs = 30 };
        await using RateLimitBackend store = new(NewMemory(), options, _time);
        _time.Advance(TimeSpan.FromHours(1));
        IoProbe[] probes = [.. Enumerable.Range(0, 10).Select(_ => Submit(store, IoProbe.Flush()))];
        Assert.Equal(4, probes.Count(probe => probe.Completions == 1)); // Three saved up, and the one of this moment.
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.All(probes, probe => Assert.Equal(1, probe.Completions));
    }

    [Fact]
    public async Task RateLimit_OfBytes_LetsALargeOneThroughAndMakesTheNextPay()
    {
        RateLimitOptions options = new() { BytesPerSecond = 1000, BurstMs = 0 };
        await using RateLimitBackend store = new(NewMemory(), options, _time);
        using IoProbe large = Submit(store, IoProbe.Read(0, 10_000));
        using IoProbe small = Submit(store, IoProbe.Read(0, 1));
        using IoProbe flush = Submit(store, IoProbe.Flush());
        Assert.Equal((1, 0, 1), (large.Completions, small.Completions, flush.Completions));
        _time.Advance(TimeSpan.FromSeconds(9.9));
        Assert.Equal(0, small.Completions);
        _time.Advance(TimeSpan.FromSeconds(0.2));
        Assert.Equal(1, small.Completions);
    }

    [Fact]
    public async Task RateLimit_ThatIsDisposedOf_LetsGoWhatItHolds()
    {
        RateLimitBackend store = new(NewMemory(), new RateLimitOptions { OperationsPerSecond = 1, BurstMs = 0 }, _time);
        IoProbe[] probes = [.. Enumerable.Range(0, 5).Select(_ => Submit(store, IoProbe.Flush()))];
        await store.DisposeAsync();
        Assert.All(probes, probe => Assert.Equal(1, probe.Completions));
    }

    private static async Task<int[]> CountAfterEachStepAsync()
    {
        FakeTimeProvider time = new();
        DelayOptions options = new() { ReadDelayUs = 1000, JitterUs = 1000, Seed = 7 };
        await using DelayBackend store = new(NewMemory(), options, time);
        IoProbe[] reads = [.. Enumerable.Range(0, 40).Select(_ => Submit(store, IoProbe.Read(0, 10)))];
        List<int> counts = [];
        for (int step = 0; step < 20; step++)
        {
            time.Advance(TimeSpan.FromMicroseconds(step == 0 ? 999 : 53));
            counts.Add(reads.Sum(read => read.Completions));
        }
        Array.ForEach(reads, read => read.Dispose());
        return [.. counts];
    }

    private static IEnumerable<int> Completions(IoProbe[] probes) => probes.Select(probe => probe.Completions);

    private static MemoryBackend NewMemory() => MemoryBackend.Create(new MemoryBackendOptions { Size = 1 << 20 });

    private static IoProbe Submit(IBackend store, IoProbe probe)
    {
        store.Submit(probe);
        return probe;
    }
}
