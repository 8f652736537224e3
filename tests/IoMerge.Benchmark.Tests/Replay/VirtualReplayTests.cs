using IoMerge.Backends;
using IoMerge.Benchmark.Models;
using IoMerge.Benchmark.Replay;
using IoMerge.Benchmark.Results;
using IoMerge.Scheduler;
using IoMerge.Traces;

namespace IoMerge.Benchmark.Tests.Replay;

public sealed class VirtualReplayTests
{
    private const long Us = 1_000;

    [Fact]
    public void OneRead_OnACloudVolume_TakesWhatTheModelSays()
    {
        ReplayOutcome outcome = Run(
            MadeTrace.Sequential(1, 0), "cloud:latencyUs=500,bandwidth=4096000,iops=1000", new SchedulerOptions());

        Assert.Equal(1, outcome.Requests);
        Assert.Equal(1500 * Us, outcome.DurationNs);
        Assert.Equal(4096, outcome.Bytes);
        Assert.Equal(1, outcome.Merging.Operations);
    }

    [Fact]
    public void ReadsThatArriveWhileOneIsInFlight_TravelTogether()
    {
        // Depth 1, an operation takes 1 ms; the second to ninth arrive meanwhile.
        ReplayOutcome outcome = Run(
            MadeTrace.Sequential(9, 10 * Us), "cloud:latencyUs=1000,bandwidth=1TiB,iops=1000000",
            new SchedulerOptions { Policy = "Fifo", Depth = 1, Hold = new HoldOptions { Mode = HoldMode.Off } });

        Assert.Equal(2, outcome.Merging.Operations);
        Assert.Equal(7, outcome.Merging.BackMerges);
        Assert.InRange(outcome.DurationNs, 2000 * Us, 2002 * Us);
        Assert.InRange(outcome.Latency!.MaxUs, 1985, 1995); // the second one waited from 10 µs on
    }

    [Fact]
    public void AFixedHold_EndsInVirtualTime()
    {
        var options = new SchedulerOptions
        {
            Policy = "Fifo",
            Hold = new HoldOptions { Mode = HoldMode.Fixed, MaxUs = 250 },
        };

        ReplayOutcome outcome = Run(
            MadeTrace.Sequential(5, 100 * Us), "cloud:latencyUs=0,bandwidth=1TiB,iops=1000000", options);

        // 0, 100 and 200 leave at 250; 300 and 400 at 550.
        Assert.Equal(2, outcome.Merging.Operations);
        Assert.InRange(outcome.DurationNs, 550 * Us, 551 * Us);
    }

    [Fact]
    public void Speed_DividesTheDistances()
    {
        ReplayOutcome outcome = Run(
            MadeTrace.Sequential(11, 1000 * Us), "cloud:latencyUs=0,bandwidth=1TiB,iops=1000000",
            new SchedulerOptions { Policy = "None" }, new ReplayOptions { Speed = 4 });

        Assert.InRange(outcome.DurationNs, 2500 * Us, 2501 * Us);
    }

    [Theory]
    [InlineData(1, 100)]
    [InlineData(4, 25)]
    [InlineData(100, 1)]
    public void ClosedLoop_KeepsSoManyOutstanding(int depth, long rounds)
    {
        // Random places, so that nothing merges; each operation takes a millisecond, all beside each other.
        ReplayOutcome outcome = Run(
            new MadeTrace(100, i => new TraceRecord(i, 0, IoKind.Read, IoFlags.None, i * 1_000_000, 512, 1)),
            "cloud:latencyUs=1000,bandwidth=1TiB,iops=1000000000",
            new SchedulerOptions { Policy = "None" }, new ReplayOptions { ClosedLoopDepth = depth });

        Assert.Equal(100, outcome.Requests);
        Assert.InRange(outcome.DurationNs, rounds * 1000 * Us, rounds * 1001 * Us);
        Assert.InRange(outcome.Latency!.MaxUs, 1000, 1002);
    }

    [Fact]
    public void ClosedLoop_OfACallerAtHisLimit_DoesNotKeepOthersWaiting()
    {
        // Caller 1 has a hundred requests before the only one of caller 2.
        TraceRecord Of(long i) => new(0, 0, IoKind.Read, IoFlags.None, i * 1_000_000, 512, i == 100 ? 2 : 1);

        ReplayOutcome outcome = Run(
            new MadeTrace(101, Of), "cloud:latencyUs=1000,bandwidth=1TiB,iops=1000000000",
            new SchedulerOptions { Policy = "None" }, new ReplayOptions { ClosedLoopDepth = 1 });

        Assert.Equal(2, outcome.Fairness!.Callers.Count);
        Assert.Equal([100L, 1L], outcome.Fairness.Callers.Select(caller => caller.Requests));
        Assert.InRange(outcome.Fairness.Callers[1].MeanUs, 1000, 1002);
    }

    [Fact]
    public void Volumes_HaveADeviceEach_OrShareOne()
    {
        MadeTrace Trace() => new(
            8, i => new TraceRecord(0, (int)(i % 4), IoKind.Read, IoFlags.None, 0, 512, 1), volumes: 4);
        var options = new SchedulerOptions { Policy = "None" };
        const string Model = "cloud:latencyUs=0,bandwidth=1TiB,iops=1000";

        ReplayOutcome each = Run(Trace(), Model, options);
        ReplayOutcome shared = Run(Trace(), Model, options, new ReplayOptions { SharedDevice = true });

        Assert.InRange(each.DurationNs, 1000 * Us, 1001 * Us);
        Assert.InRange(shared.DurationNs, 7000 * Us, 7001 * Us);
        Assert.Equal(8, each.Merging.Operations);
        Assert.Equal(8, shared.Merging.Operations);
    }

    [Fact]
    public void WhatIsMoreThanTheBoundsAdmit_WaitsAndIsAllAnswered()
    {
        var options = new SchedulerOptions { Policy = "Deadline", QueueMaxRequests = 8, Depth = 2 };

        ReplayOutcome outcome = Run(MadeTrace.Mixed(5000, 100), "cloud:iops=100000,latencyUs=100", options);

        Assert.Equal(5000, outcome.Requests);
        Assert.Equal(0, outcome.Errors);
        // 8 admitted and 256 in reserve, and one plug more at most.
        Assert.InRange(outcome.QueueDepth.Max(sample => sample.Queued), 200, 8 + 256 + 64);
    }

    [Fact]
    public void EveryKindOfRequest_IsAnswered()
    {
        IEnumerable<TraceRecord> records = Enum.GetValues<IoKind>()
            .Select((kind, i) => new TraceRecord(i, 0, kind, IoFlags.None, 8192, kind is IoKind.Flush ? 0 : 4096, 1));

        ReplayOutcome outcome = Run(MadeTrace.Of([.. records]), "hdd", new SchedulerOptions());

        Assert.Equal(Enum.GetValues<IoKind>().Length, outcome.Requests);
        Assert.Equal(0, outcome.Errors);
        Assert.Equal(8192, outcome.Bytes);
    }

    [Fact]
    public void WhatLiesBeyondTheDevice_ComesInAgain_AndIsCounted()
    {
        MadeTrace trace = MadeTrace.Of(
            new TraceRecord(0, 0, IoKind.Read, IoFlags.None, 1 << 20, 4096, 1),
            new TraceRecord(1, 0, IoKind.Read, IoFlags.None, long.MaxValue - 4096, 4096, 1),
            new TraceRecord(2, 0, IoKind.Read, IoFlags.None, 8192, 4096, 1));

        ReplayOutcome outcome = Run(trace, "cloud:capacity=1MiB", new SchedulerOptions());

        Assert.Equal(2, outcome.Wrapped);
        Assert.Equal(3, outcome.Requests);
        Assert.Equal(0, outcome.Errors);
    }

    [Fact]
    public void ARecordLongerThanTheDevice_IsRefusedByItsNumber()
    {
        MadeTrace trace = MadeTrace.Of(
            new TraceRecord(0, 0, IoKind.Read, IoFlags.None, 0, 4096, 1),
            new TraceRecord(1, 0, IoKind.Read, IoFlags.None, 0, 2 << 20, 1));

        InvalidDataException exception = Assert.Throws<InvalidDataException>(
            () => Run(trace, "cloud:capacity=1MiB", new SchedulerOptions()));

        Assert.Contains("Record 2 of the trace", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ADamagedTrace_HasNoOutcome()
    {
        var trace = new MadeTrace(10, i => i < 5
            ? new TraceRecord(i, 0, IoKind.Read, IoFlags.None, 0, 4096, 1)
            : throw new TraceFormatException("x.trace", "byte 77", "the checksum is wrong"));

        Assert.Throws<TraceFormatException>(() => Run(trace, "hdd", new SchedulerOptions()));
    }

    [Fact]
    public void ThePicture_ShowsTheBusiestStretch_WithWhatItsOperationsCarried()
    {
        // A quiet thousand, then a burst, then quiet again.
        MadeTrace trace = new(3000, i => new TraceRecord(
            i is >= 1000 and < 1400 ? 1000 * 2_000_000L + i : i * 2_000_000L + (i > 1400 ? 1 : 0),
            0, IoKind.Read, IoFlags.None, i * 4096, 4096, 1));

        ElevatorPicture picture = Run(trace, "cloud:iops=100000", new SchedulerOptions()).Picture!;

        Assert.InRange(picture.Arrivals.Count, 1, 400);
        Assert.Contains(picture.Arrivals, arrival => arrival.Offset is >= 1000 * 4096 and < 1400 * 4096);
        Assert.Contains(picture.Operations, operation => operation.Members > 16);
        Assert.All(picture.Operations, operation => Assert.True(operation.ToUs > operation.FromUs));
    }

    private static ReplayOutcome Run(
        ITraceSource trace, string model, SchedulerOptions scheduler, ReplayOptions? options = null) =>
        VirtualReplay.Run(trace, ModelSpec.Parse(model).Create, scheduler, options ?? new ReplayOptions());
}
