using IoMerge.Benchmark.Recommendations;
using IoMerge.Benchmark.Results;

namespace IoMerge.Benchmark.Origin;

/// <summary>What a row of the origin's table says about the worth of merging.</summary>
/// <param name="Workload">Name of the row.</param>
/// <param name="PatchedByOriginal">What concurrent requests gain by themselves.</param>
/// <param name="MergedByOriginal">What they gain when they are merged too.</param>
/// <param name="Gain2013">What the patches gained when they were published.</param>
/// <param name="IsAscending">
/// Whether merged is not below patched, and patched not below original, beyond the noise.
/// </param>
public sealed record OriginGain(
    string Workload, double PatchedByOriginal, double MergedByOriginal, double Gain2013, bool IsAscending)
{
    /// <summary>Whether both goals are met: the order of the columns, and a larger gain than that of 2013.</summary>
    public bool IsMet => IsAscending && MergedByOriginal > Gain2013;

    /// <summary>The rows of a report for which all three columns were measured.</summary>
    public static IReadOnlyList<OriginGain> Of(BenchmarkReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        return [.. OriginTable.Rows.Select(row => Of(report, row)).OfType<OriginGain>()];
    }

    private static OriginGain? Of(BenchmarkReport report, OriginTable.Row row)
    {
        Measure? Find(string strategy) => report.Cells.FirstOrDefault(
            cell => cell.Workload == row.Facts.Name && cell.Strategy == strategy)?.BytesPerSecond;
        if (Find("original") is not { } original || Find("patched") is not { } patched
            || Find("merged") is not { } merged)
            return null;
        return new OriginGain(row.Facts.Name, Comparison.RatioOf(patched, original).Median,
            Comparison.RatioOf(merged, original).Median, row.Gain2013,
            IsNotBelow(merged, patched) && IsNotBelow(patched, original));
    }

    // Only a ratio whose whole interval lies below 1 is a loss.
    private static bool IsNotBelow(Measure one, Measure other) => Comparison.RatioOf(one, other).High >= 1;
}
