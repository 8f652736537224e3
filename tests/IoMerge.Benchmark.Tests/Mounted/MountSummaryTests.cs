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

        MountSummary back = MountSummary.Parse(new MountSummary(
            4, true, 1234.5, 99, new Dictionary<string, SchedulerSnapshot> { ["disk"] = books },
            new Dictionary<string, OptimumLimits> { ["disk"] = limits }).ToJson());

        Assert.Equal((4, true, 1234.5, 99), (back.Sequence, back.IsFinal, back.UptimeMs, back.CpuMs));
        SchedulerSnapshot read = back.Volumes["disk"];
        Assert.Equal(books with { Refusals = [] }, read with { Refusals = [] });
        Assert.Equal(books.Refusals, read.Refusals);
        Assert.Equal(limits, back.Limits["disk"]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("{ \"sequence\": 1")]
    public void WhatIsNoSummary_IsRefused(string text) => Assert.Throws<InvalidDataException>(
        () => MountSummary.Parse(System.Text.Encoding.UTF8.GetBytes(text)));
}
