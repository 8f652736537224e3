using IoMerge.Benchmark.Results;

namespace IoMerge.Benchmark.Html.View;

/// <summary>
/// How much detail each picture may have, so that the page stays below about 2 MB however many cells a report has.
/// </summary>
internal sealed class PageBudget
{
    // Beyond so many cells the page does with less: fewer pictures, and details only in the tables.
    private const int ManyCells = 200;
    private const int AllCurvePoints = 10_000;

    // Some pictures need little; what they leave goes to the others.
    private static readonly int[] s_shares = [600, 500, 400, 300, 250, 200, 160, 130, 100, 80, 60, 50, 40];

    private readonly HashSet<Cell> _pictures;
    private readonly HashSet<Cell> _queues;

    /// <summary>Shares out the room among the cells of a report.</summary>
    public PageBudget(ReportView view)
    {
        // The winner and what it is compared with come first: these two are looked at side by side.
        Cell[] ranked =
        [
            .. view.Blocks.SelectMany(block => block.Groups)
                .SelectMany(group => group.Cells.Select(cell => (cell.Cell, Rank: RankOf(group, cell.Cell))))
                .OrderBy(entry => entry.Rank)
                .Select(entry => entry.Cell),
        ];
        int cells = Math.Max(1, view.Report.Cells.Count);
        HasTips = cells <= ManyCells;
        (int maxPictures, int allOperations, int maxQueues, int allDepthPoints) =
            HasTips ? (48, 6500, 160, 14_000) : (16, 900, 42, 3500);
        _pictures = Some(ranked.Where(HasPicture), maxPictures);
        _queues = Some(ranked.Where(cell => cell.QueueDepth.Count > 0), maxQueues);
        int[] needs =
        [
            .. _pictures.Select(cell => Math.Max(cell.Picture!.Operations.Count, cell.Picture.Arrivals.Count / 4)),
        ];
        OperationsPerPicture = s_shares.First(
            share => share == s_shares[^1] || needs.Sum(need => (long)Math.Min(need, share)) <= allOperations);
        DepthPoints = Math.Clamp(allDepthPoints / Math.Max(1, _queues.Count), 24, 200);
        CurvePoints = Math.Clamp(AllCurvePoints / cells, 20, 80);
    }

    /// <summary>Whether rows and curves carry what is shown when they are pointed at.</summary>
    public bool HasTips { get; }

    /// <summary>Operations drawn in one elevator's picture.</summary>
    public int OperationsPerPicture { get; }

    /// <summary>Points of one line of queue depth.</summary>
    public int DepthPoints { get; }

    /// <summary>Points of one curve of latency.</summary>
    public int CurvePoints { get; }

    /// <summary>Whether a cell has a picture that could be drawn.</summary>
    public static bool HasPicture(Cell cell) =>
        cell.Picture is { } picture && picture.Arrivals.Count + picture.Operations.Count > 0;

    /// <summary>Whether the page has room for the picture of this cell.</summary>
    public bool DrawsPictureOf(Cell cell) => _pictures.Contains(cell);

    /// <summary>Whether the page has room for the queue of this cell.</summary>
    public bool DrawsQueueOf(Cell cell) => _queues.Contains(cell);

    private static HashSet<Cell> Some(IEnumerable<Cell> cells, int most) =>
        new(cells.Take(most), ReferenceEqualityComparer.Instance);

    private static int RankOf(CellGroup group, Cell cell) =>
        ReferenceEquals(cell, group.Best.Cell) ? 0 : ReferenceEquals(cell, group.Baseline.Cell) ? 1 : 2;
}
