using IoMerge.Benchmark.Results;

namespace IoMerge.Benchmark.Tests;

/// <summary>The median of rounds and the interval around it.</summary>
public sealed class MeasureTests
{
    [Fact]
    public void FewRounds_GiveTheMedianAndTheFullRange()
    {
        Measure measure = Measure.Of([30, 10, 20, 25]);

        Assert.Equal((22.5, 10, 30), (measure.Median, measure.Low, measure.High));
        Assert.Equal([30, 10, 20, 25], measure.Rounds);
    }

    [Fact]
    public void ManyRounds_GiveAnIntervalInsideTheRange()
    {
        double[] rounds = [.. Enumerable.Range(1, 101).Select(i => (double)i)];

        Measure measure = Measure.Of(rounds);

        Assert.Equal(51, measure.Median);
        // The exact interval by order statistics is the 41st to the 61st value.
        Assert.InRange(measure.Low, 36, 46);
        Assert.InRange(measure.High, 56, 66);
    }

    [Fact]
    public void TheSameRounds_GiveTheSameInterval()
    {
        double[] rounds = [5, 1, 4, 2, 3, 9, 8, 7];

        Assert.Equal(Measure.Of(rounds) with { Rounds = [] }, Measure.Of(rounds) with { Rounds = [] }, EqualFigures);
    }

    [Fact]
    public void NoRounds_AreRefused() => Assert.Throws<ArgumentOutOfRangeException>(() => Measure.Of([]));

    private static bool EqualFigures(Measure a, Measure b) => (a.Median, a.Low, a.High) == (b.Median, b.Low, b.High);
}
