using IoMerge.Benchmark.Output;
using IoMerge.Benchmark.Results;

namespace IoMerge.Benchmark.Tests.Output;

/// <summary>Figures as people read them, at the edges of their units.</summary>
public sealed class FigureTests
{
    [Theory]
    [InlineData(0, "0.00")]
    [InlineData(9.994, "9.99")]
    [InlineData(9.996, "10.0")]
    [InlineData(99.96, "100")]
    [InlineData(1000, "1000")]
    [InlineData(9_994, "9994")]
    [InlineData(9_996, "10.0k")]
    [InlineData(237_600, "238k")]
    [InlineData(999_400, "999k")]
    [InlineData(999_600, "1.00M")]
    [InlineData(4_270_000, "4.27M")]
    [InlineData(2e9, "2.00G")]
    public void Count_HasThreeDigitsAndAPrefix(double value, string text) => Assert.Equal(text, Figure.Count(value));

    [Theory]
    [InlineData(0, "0.00 µs")]
    [InlineData(0.85, "850 ns")]
    [InlineData(12.34, "12.3 µs")]
    [InlineData(999.6, "1.00 ms")]
    [InlineData(4_560, "4.56 ms")]
    [InlineData(999_600, "1.00 s")]
    public void Time_TakesTheUnitThatFits(double microseconds, string text) =>
        Assert.Equal(text, Figure.Time(microseconds));

    [Theory]
    [InlineData(0, "0")]
    [InlineData(512, "512 B")]
    [InlineData(3.5 * (1 << 20), "3.50 MiB")]
    public void Bytes_TakeTheUnitThatFits(double bytes, string text) => Assert.Equal(text, Figure.Bytes(bytes));

    [Theory]
    [InlineData(1_250e6, "1250 MB/s")]
    [InlineData(4_096, "0.00 MB/s")]
    public void Rate_IsInDecimalMegabytes(double rate, string text) => Assert.Equal(text, Figure.Rate(rate));

    [Theory]
    [InlineData(-1, "0 s")]
    [InlineData(42, "42 s")]
    [InlineData(185, "3 min 05 s")]
    [InlineData(4_020, "1 h 07 min")]
    public void Span_IsShort(double seconds, string text) =>
        Assert.Equal(text, Figure.Span(TimeSpan.FromSeconds(seconds)));

    [Fact]
    public void Interval_IsThereFromTwoRoundsOn()
    {
        Assert.Equal("5.00", Figure.WithInterval(Measure.Of([5]), Figure.Count));
        Assert.Equal("5.00 (4.00–6.00)", Figure.WithInterval(Measure.Of([4, 6]), Figure.Count));
    }
}
