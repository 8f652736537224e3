using IoMerge.Benchmark.Mounted;
using IoMerge.Benchmark.Optimum;
using IoMerge.Scheduler;

namespace IoMerge.Benchmark.Tests.Mounted;

/// <summary>The file of <c>Mount:Summary</c> is read as it is written.</summary>
public sealed class MountSummaryTests
{
    [Fact]
    public void Summary_WrittenAndRead_HasEveryNumber()
    {
        var books = new SchedulerSnapshot
        {
            ReadsIn = 7, WritesOut = 3, Refusals = [1, 0, 2], QueueLatency = new LatencySummary(5, 1.5, 1, 2, 3, 4),
        };
        var limits = new OptimumLimits { MaxBytes = 1 << 20, MaxRequests = 256, MaxOutstandingBytes = 1L << 40 };
        var store = new StoreState("IoUring", new NetworkState(1, 2, 3, 4, true));

        MountSummary back = MountSummary.Parse(new MountSummary(
            4, true, 1234.5, 99, new Dictionary<string, SchedulerSnapshot> { ["disk"] = books },
            new Dictionary<string, OptimumLimits> { ["disk"] = limits },
            new Dictionary<string, StoreState> { ["disk"] = store, ["other"] = new(null, null) }).ToJson());

        Assert.Equal((4, true, 1234.5, 99), (back.Sequence, back.IsFinal, back.UptimeMs, back.CpuMs));
        SchedulerSnapshot read = back.Volumes["disk"];
        Assert.Equal(books with { Refusals = [] }, read with { Refusals = [] });
        Assert.Equal(books.Refusals, read.Refusals);
        Assert.Equal(limits, back.Limits["disk"]);
        Assert.Equal((store, new StoreState(null, null)), (back.Stores["disk"], back.Stores["other"]));
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("{ \"sequence\": 1")]
    public void WhatIsNoSummary_IsRefused(string text) => Assert.Throws<InvalidDataException>(
        () => MountSummary.Parse(System.Text.Encoding.UTF8.GetBytes(text)));
}
