using IoMerge.Benchmark.Recommendations;
using IoMerge.Benchmark.Results;

namespace IoMerge.Benchmark.Html.View;

/// <summary>A cell, and how its strategy is shown.</summary>
internal readonly record struct CellView(Cell Cell, StrategyView Strategy);

/// <summary>The strategies that can be compared with each other: one workload on one store, run in one way.</summary>
/// <param name="Workload">The row.</param>
/// <param name="Cells">What was measured, in the order of the report's columns; at least one.</param>
/// <param name="References">Figures published elsewhere for this workload.</param>
internal sealed record CellGroup(
    WorkloadFacts Workload, IReadOnlyList<CellView> Cells, IReadOnlyList<ReferenceFigure> References)
{
    // From here on people think of a workload in bytes, not in requests.
    private const double LargeRequestBytes = 128 * 1024;

    /// <summary>The fastest strategy of IoMerge; the fastest of all where none took part.</summary>
    public CellView Best => Own.Count == 0 ? Fastest(Cells) : Fastest(Own);

    /// <summary>The strategy that comes next after the best one; null where there is none.</summary>
    public CellView? Second
    {
        get
        {
            Cell best = Best.Cell;
            CellView[] others = [.. Own.Where(view => !ReferenceEquals(view.Cell, best))];
            return others.Length == 0 ? null : Fastest(others);
        }
    }

    /// <summary>Whether several strategies took part, and none is faster than another beyond the noise.</summary>
    public bool IsTie
    {
        get
        {
            Measure best = ThroughputOf(Best.Cell);
            return Own.Count > 1 && Own.All(view => Comparison.IsTie(best, ThroughputOf(view.Cell)));
        }
    }

    /// <summary>What the others are compared with: no merging, else the store alone, else the first column.</summary>
    public CellView Baseline => Unmerged ?? Raw ?? Cells[0];

    /// <summary>The strategy that does not merge; null where it was not run.</summary>
    public CellView? Unmerged => FirstOrNull(view => view.Strategy.IsUnmerged);

    /// <summary>The store without a server; null where it was not run.</summary>
    public CellView? Raw => FirstOrNull(view => view.Strategy.Facts.Kind == StrategyKind.Raw);

    /// <summary>Whether throughput is shown in bytes: requests are large, or published figures are in bytes.</summary>
    public bool IsInBytes => References.Count > 0
        || Cells.Any(view => view.Cell.BytesPerSecond.Median / view.Cell.Iops.Median >= LargeRequestBytes);

    /// <summary>The measure of throughput that is shown for a cell.</summary>
    public Measure ThroughputOf(Cell cell) => IsInBytes ? cell.BytesPerSecond : cell.Iops;

    /// <summary>A throughput as text.</summary>
    public string Throughput(double value) =>
        IsInBytes ? Layout.Figures.BytesPerSecond(value) : Layout.Figures.PerSecond(value);

    private List<CellView> Own => [.. Cells.Where(view => view.Strategy.Facts.Kind == StrategyKind.Strategy)];

    private CellView Fastest(IReadOnlyList<CellView> among) => among.MaxBy(view =>
    {
        double median = ThroughputOf(view.Cell).Median;
        return double.IsNaN(median) ? double.NegativeInfinity : median;
    });

    private CellView? FirstOrNull(Func<CellView, bool> isMeant) =>
        Cells.Any(isMeant) ? Cells.First(isMeant) : null;
}
