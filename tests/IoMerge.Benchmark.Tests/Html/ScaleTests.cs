using IoMerge.Benchmark.Html.Layout;

namespace IoMerge.Benchmark.Tests.Html;

/// <summary>Axes: where values lie, and which of them are marked.</summary>
public sealed class ScaleTests
{
    [Theory]
    [InlineData(31_000, new double[] { 0, 10_000, 20_000, 30_000 })]
    [InlineData(1, new[] { 0, 0.5, 1 })]
    [InlineData(0.043, new[] { 0, 0.02, 0.04 })]
    [InlineData(100, new double[] { 0, 50, 100 })]
    public void LinearAxis_MarksRoundValues(double max, double[] expected)
    {
        Scale scale = Scale.Linear(max, 300);

        Assert.Equal(expected, scale.Ticks.Select(tick => Math.Round(tick.Value, 9)));
        Assert.InRange(scale.Map(max), 300 / 1.05, 300);
        Assert.Equal(0, scale.Map(0));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-5)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void LinearAxis_OfNothing_StillHasALength(double max)
    {
        Scale scale = Scale.Linear(max, 300);

        Assert.Equal((0d, 1d), (scale.Low, scale.High));
        Assert.All(scale.Ticks, tick => Assert.InRange(tick.Position, 0, 300));
    }

    [Fact]
    public void LogarithmicAxis_GivesEachDecadeTheSameRoom()
    {
        Scale scale = Scale.Logarithmic(0.7, 1500, 500);

        Assert.Equal([0.1, 1, 10, 100, 1000, 10000], scale.Ticks.Select(tick => Math.Round(tick.Value, 9)));
        Assert.All(
            scale.Ticks.Select((tick, i) => (tick, i)), pair => Assert.Equal(pair.i * 100, pair.tick.Position, 6));
    }

    [Theory]
    [InlineData(10, 10)]
    [InlineData(0, 0)]
    [InlineData(double.NaN, double.NegativeInfinity)]
    public void LogarithmicAxis_OfOneValue_HasADecade(double min, double max) =>
        Assert.Equal(2, Scale.Logarithmic(min, max, 100).Ticks.Count);

    [Fact]
    public void NinesAxis_GivesTheTailItsRoom()
    {
        Scale scale = Scale.Nines(3, 300);

        Assert.Equal([0, 0.5, 0.9, 0.99, 0.999], scale.Ticks.Select(tick => Math.Round(tick.Value, 9)));
        Assert.Equal([100, 200, 300], scale.Ticks.Skip(2).Select(tick => Math.Round(tick.Position, 6)));
        Assert.Equal(300, scale.Map(1));
    }

    [Theory]
    [InlineData(double.NaN, 0)]
    [InlineData(double.NegativeInfinity, 0)]
    [InlineData(-1, 0)]
    [InlineData(1e300, 100)]
    [InlineData(double.PositiveInfinity, 100)]
    public void Value_OutsideTheAxis_LandsAtItsEnd(double value, double expected)
    {
        Assert.Equal(expected, Scale.Linear(10, 100).Map(value));
        Assert.Equal(expected, Scale.Logarithmic(1, 10, 100).Map(value));
        Assert.Equal(expected, Scale.Nines(2, 100).Map(value));
    }
}
