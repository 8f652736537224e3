using HdrHistogram;
using IoMerge.Benchmark.Results;

namespace IoMerge.Benchmark.Tests.Html;

/// <summary>
/// Made-up figures of one cell that fit together: who merges more has more throughput and waits less.
/// </summary>
internal static class SampleCell
{
    /// <summary>A cell with every part that its kind of strategy has.</summary>
    public static Cell Of(
        Random random, (string Name, StrategyKind Kind, double Merging) strategy, string workload, string store,
        int row)
    {
        double possible = row switch { 0 => 32, 1 => 4, 3 => 2, _ => 1.15 };
        double ratio = Math.Max(1, possible * strategy.Merging);
        double slow = store.StartsWith("loop", StringComparison.Ordinal) ? 1000 : 120_000;
        double iops = slow * (strategy.Kind == StrategyKind.Ceiling ? 40 : slow > 1000 ? 1 + ratio / 40 : ratio);
        double size = row switch { 2 => 16384, 3 => 2 << 20, _ => 4096 };
        if (row == 3)
            iops = 2000 * (1 + strategy.Merging);
        bool isOwn = strategy.Kind == StrategyKind.Strategy;
        double[] rounds = [.. Enumerable.Range(0, 7).Select(_ => iops * (0.95 + random.NextDouble() / 10))];
        return new Cell
        {
            Strategy = strategy.Name,
            Workload = workload,
            Store = store,
            Kind = RunKind.Mounted,
            Iops = Measure.Of(rounds),
            BytesPerSecond = Measure.Of([.. rounds.Select(round => round * size)]),
            CpuUsPerRequest = strategy.Kind == StrategyKind.Raw ? null
                : Measure.Of([.. rounds.Select(_ => 3 + 6 / ratio + random.NextDouble())]),
            Latency = Latency(random, 32 / iops * 1e6),
            Merging = isOwn ? Merging(iops, ratio, possible, size) : null,
            Fairness = row == 1 ? Fairness(random) : null,
            QueueDepth = isOwn ? Depth(random, ratio) : [],
            Picture = isOwn ? Picture(random, row, Math.Max(1, (int)ratio), (long)size) : null,
        };
    }

    private static LatencyDistribution Latency(Random random, double meanUs)
    {
        var histogram = new LongHistogram(60_000_000_000, 3);
        // So many in all that five nines are drawn.
        for (int i = 0; i < 4000; i++)
            histogram.RecordValueWithCount((long)(1 + meanUs * 600 * (0.4 - Math.Log(1 - random.NextDouble()))), 10);
        return LatencyDistribution.Of(histogram)!;
    }

    private static MergeFacts Merging(double iops, double ratio, double possible, double size)
    {
        long requests = (long)(iops * 20);
        long operations = (long)(requests / ratio);
        var refusals = new SortedDictionary<string, long>(StringComparer.Ordinal)
        {
            ["Alone"] = operations, ["Size"] = (long)(operations * ratio / 40), ["Gap"] = operations / 5,
            ["Direction"] = operations / 9, ["Boundary"] = operations / 30,
        };
        return new MergeFacts
        {
            Requests = requests, Operations = operations, OptimalOperations = (long)(requests / possible),
            BytesRequested = (long)(requests * size), BytesMoved = (long)(requests * size), GapBytes = 0,
            BackMerges = (requests - operations) * 9 / 10, FrontMerges = (requests - operations) / 10,
            OverlapMerges = 0, GapMerges = 0, Refusals = refusals,
        };
    }

    private static FairnessFacts? Fairness(Random random) => FairnessFacts.Of(
    [
        .. Enumerable.Range(0, 8).Select(i => new CallerFacts(
            $"job {i}", 10_000 + random.Next(3000), (10_000L + random.Next(6000)) * 4096, 900, 2100)),
    ]);

    private static DepthSample[] Depth(Random random, double ratio) =>
    [
        .. Enumerable.Range(0, 1000).Select(i => new DepthSample(
            i * 10, (long)Math.Max(0, 14 + ratio / 3 + 12 * Math.Sin(i / 40.0) + random.Next(-6, 7)),
            1 + random.Next(4))),
    ];

    // Bursts of one stream, of eight, or scattered requests; each burst leaves in operations of so many requests.
    private static ElevatorPicture Picture(Random random, int row, int perOperation, long size)
    {
        var arrivals = new List<PictureArrival>();
        var operations = new List<PictureOperation>();
        int streams = row == 1 ? 8 : 1;
        for (int burst = 0; burst < 12; burst++)
        {
            for (int stream = 0; stream < streams; stream++)
            {
                int count = 32 / streams;
                long start = row == 2 ? random.Next(1 << 16) * size : stream * (1L << 30) + burst * count * size;
                for (int first = 0; first < count; first += perOperation)
                {
                    int members = Math.Min(perOperation, count - first);
                    long offset = row == 2 ? random.Next(1 << 16) * size : start + first * size;
                    bool isWrite = row == 1 || (row == 2 && random.Next(10) < 3);
                    double at = burst * 1100 + first * 3 + random.NextDouble() * 4;
                    for (int i = 0; i < members; i++)
                        arrivals.Add(new PictureArrival(at + i * 3, offset + i * size, size, isWrite));
                    double from = at + members * 3 + 40;
                    operations.Add(new PictureOperation(
                        from, from + 300 + members * 18, offset, members * size, isWrite, members));
                }
            }
        }
        return new ElevatorPicture(arrivals, operations);
    }
}
