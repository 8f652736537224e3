using IoMerge.Benchmark.Replay;
using IoMerge.Scheduler;
using IoMerge.Traces;

namespace IoMerge.Benchmark.Tests.Replay;

/// <summary>A trace that is read once for the replay and for the optimum.</summary>
public sealed class OptimumTapTests
{
    private static readonly SchedulerOptions s_options = new();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(8192)]
    [InlineData(8193)]
    [InlineData(50_000)]
    public void Optimum_IsThatOfARunOfItsOwn_AndTheReaderMissesNothing(int count)
    {
        using MadeTrace trace = Trace(count), same = Trace(count);
        TraceOptimum alone = Optimum(1L << 40);
        while (same.TryRead(out TraceRecord record))
            alone.Add(record);
        using MadeTrace expected = Trace(count);
        using var tap = new OptimumTap(trace, Optimum(1L << 40));

        for (int i = 0; i < count; i++)
        {
            Assert.True(tap.TryRead(out TraceRecord read) & expected.TryRead(out TraceRecord original));
            Assert.Equal(original, read);
        }

        Assert.False(tap.TryRead(out _));
        Assert.Equal(alone.Finish(), tap.Finish());
    }

    [Fact]
    public void ARecordThatDoesNotFit_IsTold_AndKeepsNobodyWaiting()
    {
        using MadeTrace trace = Trace(50_000);
        using var tap = new OptimumTap(trace, Optimum(2048));

        while (tap.TryRead(out _))
        {
        }

        Assert.Throws<InvalidDataException>(() => tap.Finish());
    }

    [Fact]
    public void ATapThatIsGivenUpInTheMiddle_EndsItsThread()
    {
        using MadeTrace trace = Trace(50_000);
        var tap = new OptimumTap(trace, Optimum(1L << 40));
        for (int i = 0; i < 20_000; i++)
            Assert.True(tap.TryRead(out _));

        tap.Dispose();

        Assert.True(trace.TryRead(out _));
    }

    private static MadeTrace Trace(int count) => MadeTrace.Mixed(count, everyNs: 1000, callers: 3);

    private static TraceOptimum Optimum(long deviceSize) =>
        new(1, deviceSize, ModelBackend.DeviceGeometry, s_options, new ReplayOptions());
}
