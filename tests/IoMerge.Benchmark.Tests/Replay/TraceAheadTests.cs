using IoMerge.Backends;
using IoMerge.Benchmark.Replay;
using IoMerge.Scheduler;
using IoMerge.Traces;

namespace IoMerge.Benchmark.Tests.Replay;

/// <summary>A trace that is decoded once, beside, for the replay and for the optimum.</summary>
public sealed class TraceAheadTests
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
        using var ahead = new TraceAhead(trace, Optimum(1L << 40));

        for (int i = 0; i < count; i++)
        {
            Assert.True(ahead.TryRead(out TraceRecord read) & expected.TryRead(out TraceRecord original));
            Assert.Equal(original, read);
        }

        Assert.False(ahead.TryRead(out _));
        Assert.Equal(alone.Finish(), ahead.Finish());
    }

    [Fact]
    public void ARecordThatDoesNotFit_IsTold_AndKeepsNobodyWaiting()
    {
        using MadeTrace trace = Trace(50_000);
        using var ahead = new TraceAhead(trace, Optimum(2048));

        while (ahead.TryRead(out _))
        {
        }

        Assert.Throws<InvalidDataException>(() => ahead.Finish());
    }

    [Fact]
    public void AReaderWhoGivesUpInTheMiddle_EndsTheThread()
    {
        using MadeTrace trace = Trace(50_000);
        var ahead = new TraceAhead(trace, Optimum(1L << 40));
        for (int i = 0; i < 20_000; i++)
            Assert.True(ahead.TryRead(out _));

        ahead.Dispose();

        Assert.True(trace.TryRead(out _));
    }

    [Fact]
    public void ADamagedTrace_GivesEveryRecordBeforeTheDamage_AndThenTheFault()
    {
        const int Whole = 20_000;
        using var trace = new MadeTrace(50_000, i => i < Whole
            ? new TraceRecord(i, 0, IoKind.Read, IoFlags.None, i * 4096, 4096, 1)
            : throw new TraceFormatException("made", "byte 7", "it is damaged"));
        using var ahead = new TraceAhead(trace, Optimum(1L << 40));

        for (int i = 0; i < Whole; i++)
        {
            Assert.True(ahead.TryRead(out TraceRecord record));
            Assert.Equal(i, record.TimeNs);
        }

        Assert.Throws<TraceFormatException>(() => ahead.TryRead(out _));
        Assert.Throws<TraceFormatException>(() => ahead.TryRead(out _));
    }

    [Fact]
    public void ATraceWithoutAnOptimum_IsReadAllTheSame_AndHasNoneToTell()
    {
        using MadeTrace trace = Trace(10_000);
        using var ahead = new TraceAhead(trace, null);

        int count = 0;
        while (ahead.TryRead(out _))
            count++;

        Assert.Equal(10_000, count);
        Assert.Throws<InvalidOperationException>(() => ahead.Finish());
    }

    private static MadeTrace Trace(int count) => MadeTrace.Mixed(count, everyNs: 1000, callers: 3);

    private static TraceOptimum Optimum(long deviceSize) =>
        new(1, deviceSize, ModelBackend.DeviceGeometry, s_options, new ReplayOptions());
}
