using IoMerge.Benchmark.Results;

namespace IoMerge.Benchmark.Html.View;

/// <summary>
/// How much detail each picture may have, so that the page stays below about 2 MB however many cells a report has.
/// </summary>
internal sealed class PageBudget
{
    private const int MaxPictures = 60;
    private const int AllOperations = 4500;
    private const int AllDepthPoints = 30_000;
    private const int AllCurvePoints = 24_000;

    private readonly HashSet<Cell> _pictures;

    /// <summary>Shares out the room among the cells of a report.</summary>
    public PageBudget(ReportView view)
    {
        // The winner and what it is compared with come first: these two are looked at side by side.
        IEnumerable<Cell> wanted = view.Blocks.SelectMany(block => block.Groups)
            .SelectMany(group => group.Cells.Select(cell => (cell.Cell, Rank: RankOf(group, cell.Cell))))
            .Where(entry => entry.Cell.Picture is { } picture && picture.Arrivals.Count + picture.Operations.Count > 0)
            .OrderBy(entry => entry.Rank)
            .Select(entry => entry.Cell);
        _pictures = new HashSet<Cell>(wanted.Take(MaxPictures), ReferenceEqualityComparer.Instance);
        int cells = Math.Max(1, view.Report.Cells.Count);
        OperationsPerPicture = Math.Clamp(AllOperations / Math.Max(1, _pictures.Count), 40, 600);
        DepthPoints = Math.Clamp(AllDepthPoints / cells, 24, 240);
        CurvePoints = Math.Clamp(AllCurvePoints / cells, 24, 120);
    }

    /// <summary>Operations drawn in one elevator's picture.</summary>
    public int OperationsPerPicture { get; }

    /// <summary>Points of one line of queue depth.</summary>
    public int DepthPoints { get; }

    /// <summary>Points of one curve of latency.</summary>
    public int CurvePoints { get; }

    /// <summary>Whether the page has room for the picture of this cell.</summary>
    public bool HasRoomFor(Cell cell) => _pictures.Contains(cell);

    private static int RankOf(CellGroup group, Cell cell) =>
        ReferenceEquals(cell, group.Best.Cell) ? 0 : ReferenceEquals(cell, group.Baseline.Cell) ? 1 : 2;
}
