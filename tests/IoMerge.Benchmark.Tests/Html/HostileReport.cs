using IoMerge.Benchmark.Results;

namespace IoMerge.Benchmark.Tests.Html;

/// <summary>A report whose every text tries to become markup, and whose figures are no numbers.</summary>
internal static class HostileReport
{
    /// <summary>What stands in every text.</summary>
    public const string Text =
        "\"'><script>window.planted=true</script><img src=x onerror=\"window.planted=true\">&amp;";

    /// <summary>Creates it.</summary>
    public static BenchmarkReport Create()
    {
        var nan = new Measure([double.NaN, double.PositiveInfinity], double.NaN, double.NegativeInfinity, double.NaN);
        var latency = new LatencyDistribution(3, double.NaN, 0, double.PositiveInfinity, -1, double.NaN,
            [new LatencyPoint(double.NaN, double.NaN), new LatencyPoint(-5, 2), new LatencyPoint(1, 1)]);
        BenchmarkReport empty = SampleReport.Empty();
        return empty with
        {
            Title = Text,
            Command = Text,
            DurationSeconds = double.NaN,
            IsComplete = false,
            Machine = new MachineFacts(Text, -1, long.MinValue, Text, Text, Text, [Text]),
            Strategies =
            [
                new StrategyFacts(Text, StrategyKind.Strategy, Text, new Dictionary<string, string> { [Text] = Text }),
                new StrategyFacts(Text, StrategyKind.Peer, Text, new Dictionary<string, string>()),
            ],
            Workloads = [new WorkloadFacts(Text, Text)],
            Stores = [new StoreFacts(Text, Text)],
            LeftOut = [new LeftOut(Text, Text, Text)],
            Notes = [Text],
            Recommendations = [new Recommendation(Text, Text, Text, [Text], Text)],
            References = [new ReferenceFigure(Text, Text, double.NaN, Text), new ReferenceFigure("x", Text, 0, Text)],
            Cells =
            [
                SampleReport.Bare("not listed", "nor this", "nor that", 0) with { Errors = 3 },
                SampleReport.Bare(Text, Text, Text, 0) with
                {
                    Iops = nan, BytesPerSecond = nan, CpuUsPerRequest = nan, Latency = latency,
                    Merging = new MergeFacts
                    {
                        Requests = 0, Operations = 0, OptimalOperations = 0, BytesRequested = 0, BytesMoved = -1,
                        GapBytes = long.MaxValue, BackMerges = 0, FrontMerges = 0, OverlapMerges = 0, GapMerges = 0,
                        Refusals = new Dictionary<string, long> { [Text] = long.MaxValue, ["Alone"] = 0 },
                    },
                    Fairness = new FairnessFacts(
                        [new CallerFacts(Text, 0, 0, double.NaN, double.NaN), new CallerFacts("", 0, 0, 0, 0)],
                        double.NaN),
                    QueueDepth = [new DepthSample(double.NaN, -1, long.MaxValue), new DepthSample(0, 0, 0)],
                    Picture = new ElevatorPicture(
                        [new PictureArrival(double.NaN, 0, 0, false), new PictureArrival(0, -1, long.MaxValue, true)],
                        [new PictureOperation(5, 1, long.MaxValue, long.MaxValue, true, int.MaxValue)]),
                },
            ],
        };
    }
}
