using IoMerge.Mount.Fuse;
using IoMerge.Mount.Hosting;
using IoMerge.Scheduler;

namespace IoMerge.Mount.Tests.Commands;

/// <summary>The blocks that a person reads at mount and at unmount.</summary>
public sealed class ReportTests
{
    [Fact]
    public void MountReport_NamesVolumesPolicyAndProtocol()
    {
        string text = MountReport.Write("1.2.3", "/mnt/x", "pid 7",
            [
                new VolumeReport("a", "memory", 1L << 30, "not durable", new SchedulerOptions()),
                new VolumeReport("long", "file /srv/x", 4096, "",
                    new SchedulerOptions { Policy = DispatchPolicies.None }),
            ],
            new FuseOptions(), new FuseNegotiation(7, 45, 1 << 20, 1 << 20, 256, 0, "ASYNC_READ MAX_PAGES", 2, 2));

        Assert.All(
            (string[])["/mnt/x", "a     memory, 1GiB (not durable)",
                "policy Deadline, merge All up to 1MiB or 256 requests, depth 32",
                "long  file /srv/x, 4KiB", "policy None, no merging", "FUSE 7.45", "write 1MiB",
                "max_background 256", "ASYNC_READ"],
            part => Assert.Contains(part, text, StringComparison.Ordinal));
    }

    [Fact]
    public void Summary_TellsRatioRefusalsAndLatency()
    {
        string text = UnmountSummary.Write("disk", new SchedulerSnapshot
        {
            RequestsIn = 100, WritesIn = 99, FlushesIn = 1, OperationsOut = 11, WritesOut = 10, FlushesOut = 1,
            BytesIn = 99 * 4096, BytesOut = 99 * 4096, BackMerges = 80, FrontMerges = 9, MergeRatio = 9.9,
            Refusals = [5, 0, 7], QueueLatency = new LatencySummary(99, 12.34, 10, 20, 30, 40_000),
        }, new SchedulerOptions { Policy = DispatchPolicies.Scan, Depth = 7 });

        Assert.All(
            (string[])["100 requests in", "11 operations out", "  policy Scan, merge All", "depth 7, ",
                "merge ratio 9.90", "80 at the end", "9 at the start",
                "not merged because: a gap between them 7, no neighbour was there 5", "mean 12.3 µs", "longest 40.0 ms",
                "at the store:         nothing measured"],
            part => Assert.Contains(part, text, StringComparison.Ordinal));
    }

    [Fact]
    public void Summary_OfAnIdleVolume_IsOneLine() =>
        Assert.Single(UnmountSummary.Write(
            "disk", new SchedulerSnapshot(), new SchedulerOptions()).TrimEnd().Split('\n'));

    [Fact]
    public void Summary_ExplainsEveryRefusal()
    {
        long[] refusals = [.. Enum.GetValues<MergeRefusal>().Select(_ => 1L)];

        string text = UnmountSummary.Write(
            "disk", new SchedulerSnapshot { RequestsIn = 1, Refusals = refusals }, new SchedulerOptions());

        string line = text.Split('\n').Single(l => l.Contains("not merged because", StringComparison.Ordinal));
        Assert.Equal(refusals.Length, line.Split(',').Length);
        Assert.All(Enum.GetNames<MergeRefusal>(),
            name => Assert.DoesNotContain($" {name} ", line, StringComparison.Ordinal));
    }
}
