using IoMerge.Benchmark.Results;
using IoMerge.Benchmark.Runs;

namespace IoMerge.Benchmark.Matrix.Rounds;

/// <summary>What a matrix showed.</summary>
/// <param name="Cells">What was measured, by store, workload and column.</param>
/// <param name="LeftOut">What could not be.</param>
/// <param name="IsComplete">False when it was stopped before its end.</param>
public sealed record MatrixOutcome(
    IReadOnlyList<Cell> Cells, IReadOnlyList<LeftOut> LeftOut, bool IsComplete);

/// <summary>
/// Drives a matrix: store after store, all columns of a store started side by side, rounds interleaved
/// (<see cref="RoundOrder"/>). It knows targets only by their interface. What fails is left out and said; a stop keeps
/// every round that was finished.
/// </summary>
/// <param name="plan">How it is run.</param>
/// <param name="progress">Who is told how far it is.</param>
public sealed class MatrixRunner(MatrixPlan plan, IMatrixProgress progress)
{
    private readonly List<Cell> _cells = [];
    private readonly List<LeftOut> _leftOut = [];

    /// <summary>Runs everything. Every target that was started is stopped again, on any path.</summary>
    /// <param name="stores">The stores; each is disposed of when it is done.</param>
    /// <param name="stop">Ends it early.</param>
    public async Task<MatrixOutcome> RunAsync(IReadOnlyList<IStorePlan> stores, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(stores);
        progress.Begin(CountSteps(stores));
        bool isComplete = true;
        foreach (IStorePlan store in stores)
        {
            await using (store.ConfigureAwait(false))
            {
                if (!stop.IsCancellationRequested)
                    isComplete &= await RunStoreAsync(store, stop).ConfigureAwait(false);
                else
                    isComplete = false;
            }
        }
        return new MatrixOutcome(_cells, _leftOut, isComplete);
    }

    /// <summary>How many steps of progress it takes, whatever fails.</summary>
    internal int CountSteps(IEnumerable<IStorePlan> stores) => stores.Sum(StepsOf);

    private int StepsOf(IStorePlan store)
    {
        int fields = plan.Workloads.Count * store.Columns.Count;
        // The start of a column with its warm-up counts as a step.
        return store.Columns.Count + fields * plan.Rounds + (plan.Look is null ? 0 : fields);
    }

    private async Task<bool> RunStoreAsync(IStorePlan store, CancellationToken stop)
    {
        var targets = new List<IRunTarget>();
        var fields = new Dictionary<(int Workload, int Column), CellBook>();
        try
        {
            await StartAsync(store, targets, stop).ConfigureAwait(false);
            var failed = new HashSet<(int, int)>();
            foreach ((int round, int workload, int column) in
                RoundOrder.Of(plan.Rounds, plan.Workloads.Count, targets.Count))
            {
                stop.ThrowIfCancellationRequested();
                string what = $"round {round + 1} of {plan.Rounds}: {plan.Workloads[workload].Name}";
                RoundResult? result = failed.Contains((workload, column)) ? null
                    : await TryRoundAsync(targets[column], workload, plan.Round, what, stop).ConfigureAwait(false);
                if (result is null)
                    failed.Add((workload, column));
                else
                    BookOf(fields, workload, column).Add(result);
                progress.Done(1);
            }
            await LookAsync(targets, fields, failed, stop).ConfigureAwait(false);
            return true;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return false;
        }
        finally
        {
            for (int i = 0; i < plan.Workloads.Count; i++)
            for (int j = 0; j < targets.Count; j++)
            {
                if (fields.TryGetValue((i, j), out CellBook? book) && book.Build(
                    targets[j].Strategy.Name, plan.Workloads[i].Name, store.Store.Name, store.Kind) is { } cell)
                    _cells.Add(cell);
            }
            foreach (IRunTarget target in targets)
                await target.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Starts every column, and runs each once for nothing: the first run of code is slow.</summary>
    private async Task StartAsync(IStorePlan store, List<IRunTarget> targets, CancellationToken stop)
    {
        foreach (StrategyFacts column in store.Columns)
        {
            stop.ThrowIfCancellationRequested();
            progress.Doing($"{store.Store.Name}: starting {column.Name}");
            IRunTarget? target = await TryAsync($"{column.Name} on {store.Store.Name}",
                () => store.StartAsync(column, stop), stop).ConfigureAwait(false);
            progress.Done(1);
            if (target is null)
            {
                progress.Done(StepsOf(store) / store.Columns.Count - 1);
                continue;
            }
            targets.Add(target);
            var warmUp = new RoundOptions(plan.Round.WarmUp, TimeSpan.Zero);
            if (plan.Workloads.Count > 0 && warmUp.Duration > TimeSpan.Zero)
                await TryRoundAsync(target, 0, warmUp, "warming up", stop, isSilent: true).ConfigureAwait(false);
        }
    }

    private async Task LookAsync(List<IRunTarget> targets, Dictionary<(int Workload, int Column), CellBook> fields,
        HashSet<(int Workload, int Column)> failed, CancellationToken stop)
    {
        if (plan.Look is not { } look)
            return;
        foreach ((_, int workload, int column) in RoundOrder.Of(1, plan.Workloads.Count, targets.Count))
        {
            if (!failed.Contains((workload, column)) && fields.TryGetValue((workload, column), out CellBook? book))
            {
                string what = $"looking: {plan.Workloads[workload].Name}";
                RoundResult? result =
                    await TryRoundAsync(targets[column], workload, look, what, stop).ConfigureAwait(false);
                if (result is not null)
                    book.Look(result);
            }
            progress.Done(1);
        }
    }

    private static CellBook BookOf(Dictionary<(int Workload, int Column), CellBook> fields, int workload, int column)
    {
        if (!fields.TryGetValue((workload, column), out CellBook? book))
            fields.Add((workload, column), book = new CellBook());
        return book;
    }

    private Task<RoundResult?> TryRoundAsync(IRunTarget target, int workload, RoundOptions options, string what,
        CancellationToken stop, bool isSilent = false)
    {
        stop.ThrowIfCancellationRequested();
        progress.Doing($"{target.Store.Name}, {what}, {target.Strategy.Name}");
        WorkloadSpec spec = plan.Workloads[workload];
        return TryAsync($"{spec.Name} with {target.Strategy.Name} on {target.Store.Name}",
            () => target.RunRoundAsync(spec, options, stop), stop, isSilent);
    }

    /// <summary>
    /// Does something that may fail, and notes it as left out then: one target's end, and be it a bug, must not cost
    /// the hours that the others were measured.
    /// </summary>
    private async Task<T?> TryAsync<T>(string what, Func<Task<T>> act, CancellationToken stop, bool isSilent = false)
        where T : class
    {
        try
        {
            return await act().ConfigureAwait(false);
        }
        catch (RunException exception)
        {
            string part = exception.LeftOut.What;
            bool isSaid = what.Contains(part, StringComparison.Ordinal);
            Note(exception.LeftOut with { What = isSaid ? what : $"{what} ({part})" });
        }
        catch (Exception exception) when (exception is not OperationCanceledException || !stop.IsCancellationRequested)
        {
            Note(new LeftOut(
                what, $"{exception.GetType().Name}: {exception.Message}", "The other rows are not affected."));
        }
        return null;

        void Note(LeftOut leftOut)
        {
            if (!isSilent)
                _leftOut.Add(leftOut);
        }
    }
}
