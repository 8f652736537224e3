using IoMerge.Benchmark.Html.Layout;

namespace IoMerge.Benchmark.Tests.Html;

/// <summary>Numbers as the page writes them.</summary>
public sealed class FiguresTests
{
    [Theory]
    [InlineData(0, "0")]
    [InlineData(1, "1/s")]
    [InlineData(987.6, "988/s")]
    [InlineData(999.6, "1 k/s")]
    [InlineData(28_440, "28.4 k/s")]
    [InlineData(1_020_000, "1.02 M/s")]
    [InlineData(0.25, "0.25/s")]
    [InlineData(double.NaN, "–")]
    [InlineData(double.PositiveInfinity, "–")]
    public void Rate_IsWrittenWithThreeDigits(double value, string expected) =>
        Assert.Equal(expected, Figures.PerSecond(value));

    [Theory]
    [InlineData(322e6, "322 MB/s")]
    [InlineData(7.98e9, "7.98 GB/s")]
    [InlineData(12, "12 B/s")]
    public void RateOfBytes_HasDecimalPrefixes(double value, string expected) =>
        Assert.Equal(expected, Figures.BytesPerSecond(value));

    [Theory]
    [InlineData(4096, "4 KiB")]
    [InlineData(1536, "1.5 KiB")]
    [InlineData(1L << 30, "1 GiB")]
    [InlineData(512, "512 B")]
    public void Bytes_HaveBinaryPrefixes(double value, string expected) => Assert.Equal(expected, Figures.Bytes(value));

    [Theory]
    [InlineData(0, "0")]
    [InlineData(0.25, "250 ns")]
    [InlineData(61.94, "61.9 µs")]
    [InlineData(999.7, "1 ms")]
    [InlineData(1240, "1.24 ms")]
    [InlineData(2.5e6, "2.5 s")]
    [InlineData(double.NaN, "–")]
    public void Time_HasTheUnitThatFits(double microseconds, string expected) =>
        Assert.Equal(expected, Figures.Time(microseconds));

    [Theory]
    [InlineData(28_000, 1000, "28.0×")]
    [InlineData(1, 1, "1.00×")]
    [InlineData(97, 100, "0.97×")]
    [InlineData(1, 0, "–")]
    [InlineData(0, 0, "–")]
    public void Ratio_KeepsItsDigits(double value, double of, string expected) =>
        Assert.Equal(expected, Figures.Times(value, of));

    [Theory]
    [InlineData(12.5, "12.5 s")]
    [InlineData(59.7, "1 min 0 s")]
    [InlineData(725, "12 min 5 s")]
    [InlineData(7380, "2 h 3 min")]
    [InlineData(double.NaN, "–")]
    [InlineData(-1, "–")]
    public void Duration_IsWrittenAsPeopleSayIt(double seconds, string expected) =>
        Assert.Equal(expected, Figures.Duration(seconds));
}
