using System.Globalization;
using IoMerge.Benchmark.Matrix.Rounds;
using IoMerge.Benchmark.Results;
using IoMerge.Benchmark.Runs;

namespace IoMerge.Benchmark.Origin;

/// <summary>One run of the origin's table: the trial, and the rounds that count. Used once.</summary>
/// <param name="rows">The rows that can be run.</param>
/// <param name="request">How often.</param>
/// <param name="start">Starts a column.</param>
/// <param name="progress">Who is told how far it is.</param>
internal sealed class OriginRun(OriginTable.Row[] rows, OriginRequest request,
    Func<StrategyFacts, CancellationToken, Task<IRunTarget>> start, IMatrixProgress progress)
{
    private const int TrialRounds = 2;

    // A round ends with the file, not with a time; what is no zero asks for one run that does not count.
    private static readonly RoundOptions s_round = new(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));

    /// <summary>What a reader of the figures must know.</summary>
    public List<string> Notes { get; } = [];

    /// <summary>The columns; the last is the way of merging that won the trial.</summary>
    public StrategyFacts[] Columns { get; } =
        [OriginTable.Original, OriginTable.Patched, OriginTable.MergedCandidates[0]];

    /// <summary>Tries, and measures.</summary>
    public async Task<MatrixOutcome> MeasureAsync(CancellationToken stop)
    {
        if (rows.Length == 0)
            return new MatrixOutcome([], [], IsComplete: true);
        StrategyFacts[] candidates =
            [.. OriginTable.MergedCandidates.Select(way => way with { Name = $"{way.Name} ({ModeOf(way)})" })];
        var trial = new MatrixRunner(Plan(request.IsQuick ? 1 : TrialRounds),
            new PartOfProgress(progress, "choosing how to merge: "));
        var table = new MatrixRunner(Plan(request.Rounds), new PartOfProgress(progress, ""));
        progress.Begin(trial.CountSteps([new OriginStore(candidates, start)])
            + table.CountSteps([new OriginStore(Columns, start)]));
        MatrixOutcome tried =
            await trial.RunAsync([new OriginStore(candidates, start)], stop).ConfigureAwait(false);
        if (!tried.IsComplete)
            return tried with { Cells = [] };
        Columns[^1] = Choose(candidates, tried.Cells);
        MatrixOutcome measured = await table.RunAsync([new OriginStore(Columns, start)], stop).ConfigureAwait(false);
        return measured with { LeftOut = [.. tried.LeftOut, .. measured.LeftOut] };
    }

    /// <summary>The way of merging that moved more, over the rows that both went through.</summary>
    private StrategyFacts Choose(StrategyFacts[] candidates, IReadOnlyList<Cell> cells)
    {
        double[] logarithms =
        [
            .. cells.GroupBy(cell => cell.Workload).Where(row => row.Count() == candidates.Length)
                .Select(row => Math.Log(RateOf(row, candidates[0]) / RateOf(row, candidates[1]))),
        ];
        bool isCompared = logarithms.Length > 0;
        // Without a comparison that which ran at all, and the first when neither did.
        int best = isCompared ? (logarithms.Sum() >= 0 ? 0 : 1)
            : cells.Count == 0 || cells.Any(cell => cell.Strategy == candidates[0].Name) ? 0 : 1;
        string chosen = ModeOf(candidates[best]), other = ModeOf(candidates[1 - best]);
        Notes.Add(isCompared
            ? string.Create(CultureInfo.InvariantCulture, $"merged uses DirectMode {chosen}: in the trial before "
                + $"the rounds it moved {Math.Exp(Math.Abs(logarithms.Average())):0.00} times what {other} did "
                + $"(geometric mean over the rows).")
            : $"merged uses DirectMode {chosen}: it could not be compared with {other} before the rounds.");
        return OriginTable.MergedCandidates[best];
    }

    // The first row is what each mount is warmed up with: concurrent writes go through most of its code.
    private MatrixPlan Plan(int rounds) => new()
    {
        Workloads = [.. rows.Reverse().Select(row => new WorkloadSpec
        {
            Name = row.Facts.Name, Description = row.Facts.Description,
        })],
        Rounds = rounds,
        Round = s_round,
    };

    private static double RateOf(IEnumerable<Cell> row, StrategyFacts column) =>
        row.Single(cell => cell.Strategy == column.Name).BytesPerSecond.Median;

    private static string ModeOf(StrategyFacts column) => column.Settings["Fuse:DirectMode"];

    /// <summary>A part of a whole whose steps were announced before.</summary>
    private sealed class PartOfProgress(IMatrixProgress whole, string part) : IMatrixProgress
    {
        public void Begin(int steps)
        {
        }

        public void Doing(string what) => whole.Doing(part + what);

        public void Done(int steps) => whole.Done(steps);
    }
}
