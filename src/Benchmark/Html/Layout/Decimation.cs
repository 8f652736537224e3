using IoMerge.Benchmark.Results;

namespace IoMerge.Benchmark.Html.Layout;

/// <summary>A point in pixels.</summary>
internal readonly record struct Point(double X, double Y);

/// <summary>Thins out series so that a page stays small, and keeps what an eye would miss: ends and peaks.</summary>
internal static class Decimation
{
    /// <summary>
    /// Cuts the time into equal parts and keeps of each the samples with the shortest and the longest queue, in the
    /// order of time. A queue that was full for one sample is still seen as full.
    /// </summary>
    /// <param name="samples">The samples, in any order.</param>
    /// <param name="most">How many to keep, at least 2.</param>
    public static IReadOnlyList<DepthSample> Extremes(IReadOnlyList<DepthSample> samples, int most)
    {
        DepthSample[] sorted =
            [.. samples.Where(sample => double.IsFinite(sample.AtMs)).OrderBy(sample => sample.AtMs)];
        if (sorted.Length <= most)
            return sorted;
        double start = sorted[0].AtMs;
        double part = Math.Max((sorted[^1].AtMs - start) / Math.Max(1, most / 2), double.Epsilon);
        return [.. sorted
            .GroupBy(sample => (int)Math.Min((sample.AtMs - start) / part, (most / 2) - 1))
            .SelectMany(group => Outer([.. group]))];
    }

    /// <summary>
    /// Drops points that lie closer to the last kept one than a distance; grows it until few enough stay.
    /// </summary>
    /// <param name="points">The points, in the order of the line.</param>
    /// <param name="most">How many to keep, at least 2.</param>
    public static IReadOnlyList<Point> Spaced(IReadOnlyList<Point> points, int most)
    {
        IReadOnlyList<Point> kept = points;
        for (double distance = 0.5; distance == 0.5 || kept.Count > most; distance *= 1.5)
            kept = Apart(points, distance);
        return kept;
    }

    private static IEnumerable<DepthSample> Outer(DepthSample[] samples)
    {
        DepthSample low = samples.MinBy(sample => sample.Queued);
        DepthSample high = samples.MaxBy(sample => sample.Queued);
        if (low.Queued == high.Queued)
            return [samples[0]];
        return low.AtMs <= high.AtMs ? [low, high] : [high, low];
    }

    private static List<Point> Apart(IReadOnlyList<Point> points, double distance)
    {
        var kept = new List<Point>();
        for (int i = 0; i < points.Count; i++)
        {
            bool isEnd = i == 0 || i == points.Count - 1;
            if (isEnd || Math.Abs(points[i].X - kept[^1].X) + Math.Abs(points[i].Y - kept[^1].Y) >= distance)
                kept.Add(points[i]);
        }
        return kept;
    }
}
