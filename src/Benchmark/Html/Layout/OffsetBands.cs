namespace IoMerge.Benchmark.Html.Layout;

/// <summary>A stretch of offsets that is drawn to scale.</summary>
/// <param name="First">First byte.</param>
/// <param name="End">The byte behind the last.</param>
/// <param name="From">Pixels from the start of the axis to its first byte.</param>
/// <param name="To">Pixels from the start of the axis to its end.</param>
internal readonly record struct OffsetBand(long First, long End, double From, double To);

/// <summary>
/// The offset axis of the elevator's picture. Streams lie gigabytes apart and move by kilobytes: on one straight axis
/// all of them would be flat lines. So wide stretches that nobody touches are cut out where that gains something; what
/// stays is drawn in bands. Immutable.
/// </summary>
internal sealed class OffsetBands
{
    private const int MaxBreaks = 31;
    private const double BetweenBands = 8;
    private const double LeastBand = 10;

    private OffsetBands(IReadOnlyList<OffsetBand> bands) => Bands = bands;

    /// <summary>The bands, ascending, at least one.</summary>
    public IReadOnlyList<OffsetBand> Bands { get; }

    /// <summary>Lays out an axis for some extents.</summary>
    /// <param name="extents">First byte and length of each; none gives one band of a byte.</param>
    /// <param name="pixels">Length of the axis.</param>
    public static OffsetBands Of(IEnumerable<(long Offset, long Length)> extents, double pixels)
    {
        List<(long First, long End)> covered = Covered(extents);
        if (covered.Count == 0)
            covered.Add((0, 1));
        return new OffsetBands(Place(Cut(covered), pixels));
    }

    /// <summary>
    /// Pixels from the start of the axis to a byte; what lies in a cut is at the edge of the band before.
    /// </summary>
    public double Map(long offset)
    {
        OffsetBand band = Bands[0];
        foreach (OffsetBand next in Bands)
        {
            if (next.First > offset)
                break;
            band = next;
        }
        double part = Math.Clamp(Distance(band.First, offset) / Distance(band.First, band.End), 0, 1);
        return band.From + part * (band.To - band.From);
    }

    private static List<(long First, long End)> Covered(IEnumerable<(long Offset, long Length)> extents)
    {
        var covered = new List<(long First, long End)>();
        foreach ((long start, long length) in extents.OrderBy(extent => extent.Offset))
        {
            long offset = Math.Min(start, long.MaxValue - 1);
            long end = (long)Int128.Min((Int128)offset + Math.Max(length, 1), long.MaxValue);
            if (covered.Count > 0 && offset <= covered[^1].End)
                covered[^1] = (covered[^1].First, Math.Max(covered[^1].End, end));
            else
                covered.Add((offset, end));
        }
        return covered;
    }

    // The widest gaps are cut, if that takes away at least half of the axis; scattered requests stay on a straight one.
    private static List<(long First, long End)> Cut(List<(long First, long End)> covered)
    {
        double span = Distance(covered[0].First, covered[^1].End);
        int[] gaps = [.. Enumerable.Range(1, covered.Count - 1)
            .Where(i => Gap(covered, i) > span / 100)
            .OrderByDescending(i => Gap(covered, i))
            .Take(MaxBreaks)
            .Order()];
        if (gaps.Sum(i => Gap(covered, i)) < span / 2)
            gaps = [];
        var bands = new List<(long First, long End)>();
        int start = 0;
        foreach (int gap in gaps.Append(covered.Count))
        {
            bands.Add((covered[start].First, covered[gap - 1].End));
            start = gap;
        }
        return bands;
    }

    // Exact before it is rounded: offsets near 2^63 differ by less than a double can hold.
    private static double Distance(long from, long to) => (double)((Int128)to - from);

    private static double Gap(List<(long First, long End)> covered, int index) =>
        Distance(covered[index - 1].End, covered[index].First);

    private static OffsetBand[] Place(List<(long First, long End)> stretches, double pixels)
    {
        double room = Math.Max(0, pixels - BetweenBands * (stretches.Count - 1));
        double least = Math.Min(LeastBand, room / stretches.Count);
        double shared = room - least * stretches.Count;
        double bytes = stretches.Sum(stretch => Distance(stretch.First, stretch.End));
        var bands = new OffsetBand[stretches.Count];
        double at = 0;
        for (int i = 0; i < bands.Length; i++)
        {
            (long first, long end) = stretches[i];
            double size = least + shared * (Distance(first, end) / bytes);
            bands[i] = new OffsetBand(first, end, at, at + size);
            at += size + BetweenBands;
        }
        return bands;
    }
}
