using IoMerge.Benchmark.Html.Layout;
using IoMerge.Benchmark.Results;

namespace IoMerge.Benchmark.Tests.Html;

/// <summary>Thinning of series, cutting of pictures, and the axis of offsets.</summary>
public sealed class LayoutTests
{
    private const long Gibi = 1L << 30;

    [Fact]
    public void Queue_ThinnedOut_KeepsItsPeakAndItsOrder()
    {
        var samples = Enumerable.Range(0, 10_000).Select(i => new DepthSample(i, i == 4321 ? 999 : i % 7, 1)).ToList();

        IReadOnlyList<DepthSample> kept = Decimation.Extremes(samples, 100);

        Assert.InRange(kept.Count, 50, 100);
        Assert.Equal(999, kept.Max(sample => sample.Queued));
        Assert.Equal(kept.OrderBy(sample => sample.AtMs), kept);
    }

    [Fact]
    public void Queue_ShortEnough_StaysWhole()
    {
        DepthSample[] samples = [new(0, 1, 1), new(1, 1, 1), new(2, 1, 1)];

        Assert.Equal(samples, Decimation.Extremes(samples, 3));
        Assert.Empty(Decimation.Extremes([], 3));
    }

    [Fact]
    public void Curve_ThinnedOut_KeepsItsEnds()
    {
        Point[] points = [.. Enumerable.Range(0, 5000).Select(i => new Point(i / 10.0, Math.Sqrt(i)))];

        IReadOnlyList<Point> kept = Decimation.Spaced(points, 60);

        Assert.InRange(kept.Count, 20, 60);
        Assert.Equal((points[0], points[^1]), (kept[0], kept[^1]));
    }

    [Fact]
    public void StreamsFarApart_GetBandsOfTheirOwn()
    {
        (long, long)[] extents = [.. Enumerable.Range(0, 8).SelectMany(stream => Enumerable.Range(0, 16)
            .Select(i => (stream * Gibi + i * 4096L, 4096L)))];

        OffsetBands bands = OffsetBands.Of(extents, 400);

        Assert.Equal(8, bands.Bands.Count);
        Assert.All(bands.Bands, band => Assert.InRange(band.To - band.From, 40, 50));
        Assert.Equal(400, bands.Bands[^1].To, 6);
        Assert.Equal(bands.Bands[3].From, bands.Map(3 * Gibi), 6);
        Assert.Equal(bands.Bands[3].To, bands.Map(3 * Gibi + 16 * 4096), 6);
    }

    [Fact]
    public void ScatteredRequests_StayOnOneStraightAxis()
    {
        var random = new Random(3);
        (long, long)[] extents = [.. Enumerable.Range(0, 400).Select(_ => (random.NextInt64(Gibi), 4096L))];

        OffsetBands bands = OffsetBands.Of(extents, 300);

        OffsetBand band = Assert.Single(bands.Bands);
        Assert.Equal(150, bands.Map((band.First + band.End) / 2), 1);
    }

    [Fact]
    public void Offsets_AtTheEndsOfTheirRange_AreMapped()
    {
        OffsetBands none = OffsetBands.Of([], 300);
        OffsetBands widest = OffsetBands.Of([(long.MinValue, 1), (0, 0), (long.MaxValue - 1, long.MaxValue)], 300);

        Assert.InRange(none.Map(long.MaxValue), 0, 300);
        Assert.Equal(3, widest.Bands.Count);
        Assert.InRange(widest.Map(long.MaxValue), 290, 300);
    }

    [Fact]
    public void LongPicture_IsCutAfterATime()
    {
        ElevatorPicture picture = Picture(1000);

        PictureWindow window = PictureWindow.Of(picture, 100);

        Assert.True(window.IsCut);
        Assert.Equal(100, window.Operations.Count);
        Assert.Equal(1000, window.EndUs);
        Assert.All(window.Arrivals, arrival => Assert.InRange(arrival.AtUs, 0, 1000));
        // Every operation that is shown has its arrivals.
        Assert.Equal(100, window.Arrivals.Count);
    }

    [Fact]
    public void ShortPicture_StaysWhole()
    {
        PictureWindow window = PictureWindow.Of(Picture(100), 100);

        Assert.False(window.IsCut);
        Assert.Equal((100, 100, 995d), (window.Operations.Count, window.Arrivals.Count, window.EndUs));
    }

    [Fact]
    public void PictureOfOneMoment_IsCutByNumber()
    {
        PictureOperation[] operations =
            [.. Enumerable.Range(0, 50).Select(i => new PictureOperation(7, 9, i, 1, true, 1))];

        PictureWindow window = PictureWindow.Of(new ElevatorPicture([], operations), 10);

        Assert.Equal(10, window.Operations.Count);
    }

    // An arrival every 10 µs, dispatched at once for 5 µs.
    private static ElevatorPicture Picture(int count) => new(
        [.. Enumerable.Range(0, count).Select(i => new PictureArrival(i * 10, i, 1, false))],
        [.. Enumerable.Range(0, count).Select(i => new PictureOperation(i * 10, i * 10 + 5, i, 1, false, 1))]);
}
