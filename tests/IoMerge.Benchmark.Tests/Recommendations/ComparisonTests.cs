using IoMerge.Benchmark.Recommendations;
using IoMerge.Benchmark.Results;

namespace IoMerge.Benchmark.Tests.Recommendations;

/// <summary>What counts as a difference, and what is noise.</summary>
public sealed class ComparisonTests
{
    [Fact]
    public void RoundsThatAllSayTheSame_AreADifference_HoweverTheMachineChanged()
    {
        // The second round met a machine half as fast; the columns kept their ratio.
        Assert.False(Comparison.IsTie(Measure.Of([200, 100, 210]), Measure.Of([150, 75, 155])));
    }

    [Fact]
    public void RoundsThatContradictEachOther_AreATie() =>
        Assert.True(Comparison.IsTie(Measure.Of([200, 100, 210]), Measure.Of([150, 120, 155])));

    [Fact]
    public void ADifferenceOfOnePercent_IsATie_HoweverSteady() =>
        Assert.True(Comparison.IsTie(Measure.Of([101, 101, 101]), Measure.Of([100, 100, 100])));

    [Theory]
    [InlineData(105, true)]
    [InlineData(120, false)]
    public void OneRound_TellsOnlyPlainDifferences(double figure, bool isTie) =>
        Assert.Equal(isTie, Comparison.IsTie(Measure.Of([figure]), Measure.Of([100])));

    [Fact]
    public void RatioToNothing_IsNoFault()
    {
        Assert.True(Comparison.IsTie(Measure.Of([0, 0, 0]), Measure.Of([0, 0, 0])));
        Assert.False(Comparison.IsTie(Measure.Of([5, 5, 5]), Measure.Of([0, 0, 0])));
    }

    [Fact]
    public void Ratio_IsTakenRoundByRound_AsFarAsBothGo() =>
        Assert.Equal([2, 3], Comparison.RatioOf(Measure.Of([20, 30, 40]), Measure.Of([10, 10])).Rounds);
}
