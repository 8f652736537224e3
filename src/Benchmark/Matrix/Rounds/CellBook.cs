using HdrHistogram;
using IoMerge.Benchmark.Results;
using IoMerge.Benchmark.Runs;

namespace IoMerge.Benchmark.Matrix.Rounds;

/// <summary>Collects the rounds of one cell and makes the cell of them. Not thread-safe.</summary>
internal sealed class CellBook
{
    private readonly List<RoundResult> _rounds = [];
    private readonly LongHistogram _latency = InProcess.ClientHistogram.Create(3);
    private RoundResult? _look;

    /// <summary>Takes a round that counts.</summary>
    internal void Add(RoundResult round)
    {
        _rounds.Add(round);
        if (round.Latency is { } latency)
        {
            foreach (var value in latency.RecordedValues())
                _latency.RecordValueWithCount(Math.Min(value.ValueIteratedTo, _latency.HighestTrackableValue),
                    value.CountAddedInThisIterationStep);
        }
    }

    /// <summary>Takes the round that was watched: its pictures count, its figures do not.</summary>
    internal void Look(RoundResult round) => _look = round;

    /// <summary>The cell; null when no round was measured.</summary>
    internal Cell? Build(string strategy, string workload, string store, RunKind kind)
    {
        if (_rounds.Count == 0)
            return null;
        MergeFacts[] merging = [.. _rounds.Select(round => round.Merging).OfType<MergeFacts>()];
        MergeFacts? facts = merging.Length == 0 ? null : MergeFacts.Sum(merging);
        return new Cell
        {
            Strategy = strategy,
            Workload = workload,
            Store = store,
            Kind = kind,
            Iops = Measure.Of([.. _rounds.Select(round => PerSecond(round.Requests, round.Seconds))]),
            BytesPerSecond = Measure.Of([.. _rounds.Select(round => PerSecond(round.Bytes, round.Seconds))]),
            CpuUsPerRequest = CpuOf(_rounds),
            SystemCallsPerRequest = _look?.SystemCallsPerRequest,
            Latency = LatencyDistribution.Of(_latency),
            Merging = facts,
            Looked = facts?.OptimalOperations is null && _look?.Merging is { OptimalOperations: not null } looked
                ? looked : null,
            Fairness = FairnessFacts.Of(Callers()),
            QueueDepth = _look?.QueueDepth ?? _rounds[^1].QueueDepth,
            Picture = _look?.Picture ?? _rounds[^1].Picture,
            Errors = _rounds.Sum(round => round.Errors),
        };
    }

    private static double PerSecond(long count, double seconds) => seconds > 0 ? count / seconds : 0;

    private static Measure? CpuOf(List<RoundResult> rounds)
    {
        double[] values = [.. rounds.Where(round => round is { CpuSeconds: not null, CpuRequests: > 0 })
            .Select(round => round.CpuSeconds!.Value * 1e6 / round.CpuRequests)];
        return values.Length == 0 ? null : Measure.Of(values);
    }

    // Counts add up, means by their weight; a percentile of several rounds is the median of theirs.
    private List<CallerFacts> Callers() =>
    [
        .. _rounds.SelectMany(round => round.Callers).GroupBy(caller => caller.Name).Select(same =>
        {
            long requests = same.Sum(caller => caller.Requests);
            double total = same.Sum(caller => caller.MeanUs * caller.Requests);
            return new CallerFacts(same.Key, requests, same.Sum(caller => caller.Bytes),
                requests == 0 ? 0 : total / requests, Measure.Of([.. same.Select(caller => caller.P99Us)]).Median);
        }),
    ];
}
