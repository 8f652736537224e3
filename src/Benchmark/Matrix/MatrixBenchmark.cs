using IoMerge.Benchmark.Matrix.Rounds;
using IoMerge.Benchmark.Recommendations;
using IoMerge.Benchmark.Results;

namespace IoMerge.Benchmark.Matrix;

/// <summary>What is to be compared, ready to run.</summary>
public sealed record MatrixRequest
{
    /// <summary>The command line that repeats it.</summary>
    public required string Command { get; init; }

    /// <summary>The machine.</summary>
    public required MachineFacts Machine { get; init; }

    /// <summary>Rows, rounds and times.</summary>
    public required MatrixPlan Plan { get; init; }

    /// <summary>The stores with their columns.</summary>
    public required IReadOnlyList<IStorePlan> Stores { get; init; }

    /// <summary>What is known from the beginning not to run.</summary>
    public IReadOnlyList<LeftOut> LeftOut { get; init; } = [];

    /// <summary>Sentences that a reader of the figures must know.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>Whether the strategies that won are to be named.</summary>
    public bool Recommend { get; init; }
}

/// <summary>Runs a matrix and makes the report of it.</summary>
public static class MatrixBenchmark
{
    /// <summary>Runs everything, or what there is time for until it is stopped.</summary>
    /// <param name="request">What is compared.</param>
    /// <param name="progress">Who is told how far it is.</param>
    /// <param name="time">The clock of the report; rounds measure their own time.</param>
    /// <param name="stop">Ends it early; what was measured until then is in the report.</param>
    public static async Task<BenchmarkReport> RunAsync(
        MatrixRequest request, IMatrixProgress progress, TimeProvider time, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(time);
        DateTimeOffset startedAt = time.GetUtcNow();
        long start = time.GetTimestamp();
        MatrixOutcome outcome =
            await new MatrixRunner(request.Plan, progress).RunAsync(request.Stores, stop).ConfigureAwait(false);
        var report = new BenchmarkReport
        {
            FormatVersion = BenchmarkReport.CurrentFormatVersion,
            Title = "Merge strategies compared",
            Command = request.Command,
            StartedAt = startedAt,
            DurationSeconds = time.GetElapsedTime(start).TotalSeconds,
            IsComplete = outcome.IsComplete,
            Machine = request.Machine,
            Strategies = [.. request.Stores.SelectMany(store => store.Columns).DistinctBy(column => column.Name)],
            Workloads =
                [.. request.Plan.Workloads.Select(workload => new WorkloadFacts(workload.Name, workload.Description))],
            Stores = [.. request.Stores.Select(store => store.Store)],
            Cells = outcome.Cells,
            LeftOut = [.. request.LeftOut, .. outcome.LeftOut],
            Notes = request.Notes,
        };
        return request.Recommend ? report with { Recommendations = Recommender.Recommend(report) } : report;
    }

    /// <summary>
    /// How long a request takes at the least: every round with its warm-up. What starting clients and filling stores
    /// adds is known only once it runs; the progress tells.
    /// </summary>
    public static TimeSpan LeastTime(MatrixPlan plan, IReadOnlyList<IStorePlan> stores)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(stores);
        int columns = stores.Sum(store => store.Columns.Count);
        TimeSpan round = plan.Round.Duration + plan.Round.WarmUp;
        TimeSpan look = plan.Look is { } options ? options.Duration + options.WarmUp : TimeSpan.Zero;
        return (round * plan.Rounds + look) * (columns * plan.Workloads.Count) + plan.Round.WarmUp * columns;
    }
}
