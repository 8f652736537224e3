using IoMerge.Traces.Statistics;

namespace IoMerge.Traces.Tests.Statistics;

/// <summary>The figures about a trace are those one counts by hand.</summary>
public sealed class TraceStatisticsTests
{
    [Fact]
    public void Figures_OfASmallTrace_AreThoseCountedByHand()
    {
        TraceStatistics statistics = Count(Sample.Records);

        Assert.Equal(10, statistics.Records);
        Assert.Equal(0, statistics.FirstNs);
        Assert.Equal(5_000_000_000, statistics.LastNs);
        Assert.Equal(new KindTotal(4, 4096 + 4096 + (1 << 20) + 9), statistics.Of(IoKind.Write));
        Assert.Equal(new KindTotal(1, 512), statistics.Of(IoKind.Read));
        Assert.Equal(5, statistics.Transfers);
        Assert.Equal(6, statistics.BusiestSecond);
        Assert.Equal(4, statistics.Callers);
        Assert.Equal(5, statistics.OfVolume(0));
        Assert.Equal(69632, statistics.HighestOf(0));
        Assert.Equal(2, statistics.Sizes[12]);
        Assert.Equal(1, statistics.Sizes[3]);
    }

    [Fact]
    public void Sequential_CountsOnlyTheNextOfItsVolumeAndDirection()
    {
        TraceStatistics statistics = Count(
        [
            At(0, 0, IoKind.Read), At(0, 4096, IoKind.Read), At(1, 8192, IoKind.Read), At(0, 8192, IoKind.Read),
            At(0, 12288, IoKind.Write), At(0, 20480, IoKind.Write), At(0, 16384, IoKind.Write),
        ]);

        Assert.Equal(2, statistics.Sequential);
        Assert.Equal(3, statistics.Adjacent);
    }

    [Fact]
    public void Adjacent_LooksBackNoFartherThanTheWindow()
    {
        TraceRecord[] far = [.. Enumerable.Range(0, TraceStatistics.Window).Select(
            i => At(0, (1L << 30) + i * 65536L, IoKind.Read))];

        Assert.Equal(1, Count([At(0, 0, IoKind.Read), .. far[1..], At(0, 4096, IoKind.Read)]).Adjacent);
        Assert.Equal(0, Count([At(0, 0, IoKind.Read), .. far, At(0, 4096, IoKind.Read)]).Adjacent);
    }

    private static TraceRecord At(int volume, long offset, IoKind kind) =>
        new(0, volume, kind, IoFlags.None, offset, 4096, 0);

    private static TraceStatistics Count(IEnumerable<TraceRecord> records)
    {
        var statistics = new TraceStatistics(3);
        foreach (TraceRecord record in records)
            statistics.Add(record);
        return statistics;
    }
}
