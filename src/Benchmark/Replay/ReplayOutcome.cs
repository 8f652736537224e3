using IoMerge.Benchmark.Results;

namespace IoMerge.Benchmark.Replay;

/// <summary>What one strategy made of a trace on one store. Plain values.</summary>
public sealed record ReplayOutcome
{
    /// <summary>Requests of all kinds that were sent and answered.</summary>
    public required long Requests { get; init; }

    /// <summary>Requests answered with an error.</summary>
    public required long Errors { get; init; }

    /// <summary>Bytes of reads and writes that were answered without an error.</summary>
    public required long Bytes { get; init; }

    /// <summary>From when the first was due until the last was answered, in nanoseconds; virtual or real.</summary>
    public required long DurationNs { get; init; }

    /// <summary>What callers waited from when a request was to be sent; null when nothing came.</summary>
    public required LatencyDistribution? Latency { get; init; }

    /// <summary>What became of the requests on their way.</summary>
    public required MergeFacts Merging { get; init; }

    /// <summary>How the callers fared; null with fewer than two.</summary>
    public required FairnessFacts? Fairness { get; init; }

    /// <summary>The queue over time.</summary>
    public required IReadOnlyList<DepthSample> QueueDepth { get; init; }

    /// <summary>The busiest stretch; null when nothing came.</summary>
    public required ElevatorPicture? Picture { get; init; }

    /// <summary>Requests beyond the end of their volume's place, which were put elsewhere.</summary>
    public required long Wrapped { get; init; }

    /// <summary>Requests sent more than a millisecond after they were due.</summary>
    public required long Late { get; init; }

    /// <summary>Processor time per request in microseconds; null in virtual time, where it means nothing.</summary>
    public double? CpuUsPerRequest { get; init; }

    internal static ReplayOutcome Of(
        ReplayTally tally, DepthSeries depth, BusyStretch stretch, VolumeLayout layout, MergeFacts merging) => new()
    {
        Requests = tally.Answered,
        Errors = tally.Errors,
        Bytes = tally.Bytes,
        DurationNs = Math.Max(0, tally.LastNs - tally.FirstNs),
        Latency = tally.Latency,
        Merging = merging,
        Fairness = tally.Callers.Summarize(),
        QueueDepth = depth.Samples,
        Picture = stretch.Draw(),
        Wrapped = layout.Wrapped,
        Late = tally.Late,
    };
}

/// <summary>What a reader of /dev/fuse takes before it submits; a replay sends no more at once.</summary>
internal static class ReaderPlug
{
    internal const int MaxRequests = 64;
    internal const long MaxBytes = 1 << 20;
}
