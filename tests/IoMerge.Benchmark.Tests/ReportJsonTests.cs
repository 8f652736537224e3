using System.Text;
using HdrHistogram;
using IoMerge.Benchmark.Results;

namespace IoMerge.Benchmark.Tests;

/// <summary>A report survives being saved and read back, and what is no report is refused.</summary>
public sealed class ReportJsonTests
{
    [Fact]
    public void Report_WrittenAndRead_IsTheSame()
    {
        BenchmarkReport report = Sample();

        byte[] first = ReportJson.Write(report);
        BenchmarkReport back = ReportJson.Read(first);

        Assert.Equal(Encoding.UTF8.GetString(first), Encoding.UTF8.GetString(ReportJson.Write(back)));
        Assert.Equal(report.Cells[0].Latency!.P99Us, back.Cells[0].Latency!.P99Us);
        Assert.Equal(report.Cells[0].Merging!.Refusals, back.Cells[0].Merging!.Refusals);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("[1, 2")]
    public void WhatIsNoReport_IsRefused(string text) =>
        Assert.Throws<InvalidDataException>(() => ReportJson.Read(Encoding.UTF8.GetBytes(text)));

    [Fact]
    public void AnotherVersion_IsRefusedAndNamed()
    {
        byte[] json = ReportJson.Write(Sample() with { FormatVersion = 99 });

        var exception = Assert.Throws<InvalidDataException>(() => ReportJson.Read(json));

        Assert.Contains("99", exception.Message, StringComparison.Ordinal);
    }

    private static BenchmarkReport Sample()
    {
        var histogram = new LongHistogram(60_000_000_000, 3);
        for (int i = 1; i <= 1000; i++)
            histogram.RecordValue(i * 1000);
        return new BenchmarkReport
        {
            FormatVersion = BenchmarkReport.CurrentFormatVersion,
            Title = "A comparison",
            Command = "iomerge bench",
            StartedAt = DateTimeOffset.UnixEpoch,
            DurationSeconds = 12.5,
            IsComplete = true,
            Machine = new MachineFacts("A processor", 2, 1 << 30, "Linux 6.1", ".NET 10", "0.1.0", ["fio-3.33"]),
            Strategies =
            [
                new StrategyFacts("None", StrategyKind.Strategy, "Straight through.",
                    new Dictionary<string, string> { ["Scheduler:Policy"] = "None" }),
            ],
            Workloads = [new WorkloadFacts("seqread", "Reads one after the other.")],
            Stores = [new StoreFacts("memory", "A volume in memory.")],
            Cells =
            [
                new Cell
                {
                    Strategy = "None",
                    Workload = "seqread",
                    Store = "memory",
                    Kind = RunKind.InProcess,
                    Iops = Measure.Of([1, 2, 3]),
                    BytesPerSecond = Measure.Of([4096, 8192, 12288]),
                    Latency = LatencyDistribution.Of(histogram),
                    Merging = MergeFacts.Between(null, new() { ReadsIn = 4, ReadsOut = 2, Refusals = [3, 0, 1] }),
                    Fairness = FairnessFacts.Of([new("a", 1, 4096, 10, 20), new("b", 1, 4096, 10, 20)]),
                    QueueDepth = [new DepthSample(1, 2, 3)],
                    Picture = new ElevatorPicture(
                        [new PictureArrival(0, 4096, 4096, false)], [new PictureOperation(1, 2, 4096, 4096, false, 1)]),
                },
            ],
        };
    }
}
