using HdrHistogram;
using IoMerge.Backends;
using IoMerge.Benchmark.Results;

namespace IoMerge.Benchmark.Replay;

/// <summary>What a replay counts about the requests it sent: how many, how long, for whom. Not thread-safe.</summary>
internal sealed class ReplayTally
{
    private const long LongestNs = 86_400L * 1_000_000_000;

    // What a client would not notice.
    private const long LateNs = 1_000_000;

    private readonly LongHistogram _latency = new(1, LongestNs, 3);

    /// <summary>The callers.</summary>
    internal CallerTable Callers { get; } = new();

    /// <summary>Requests that were sent and are not answered.</summary>
    internal long Outstanding => Sent - Answered;

    /// <summary>Requests sent.</summary>
    internal long Sent { get; private set; }

    /// <summary>Requests answered, with an error or without.</summary>
    internal long Answered { get; private set; }

    /// <summary>Bytes of reads and writes that were answered without an error.</summary>
    internal long Bytes { get; private set; }

    /// <summary>Requests answered with an error.</summary>
    internal long Errors { get; private set; }

    /// <summary>When the first was due.</summary>
    internal long FirstNs { get; private set; } = -1;

    /// <summary>When the last was answered.</summary>
    internal long LastNs { get; private set; }

    /// <summary>What a caller waited; null when nobody did.</summary>
    internal LatencyDistribution? Latency => LatencyDistribution.Of(_latency);

    /// <summary>Requests sent more than a millisecond after they were due.</summary>
    internal long Late { get; private set; }

    /// <summary>Notes a request that is about to be sent.</summary>
    internal void Send(long dueNs, long nowNs)
    {
        if (FirstNs < 0)
            FirstNs = dueNs;
        Sent++;
        if (nowNs - dueNs > LateNs)
            Late++;
    }

    /// <summary>Notes the answer to a request.</summary>
    internal void Answer(ReplayRequest request, Errno error, long nowNs)
    {
        long latencyNs = Math.Clamp(nowNs - request.DueNs, 0, LongestNs);
        long bytes = error.IsSuccess && request.Kind.IsTransfer() ? request.Extent.Length : 0;
        Answered++;
        Bytes += bytes;
        if (error.IsError)
            Errors++;
        LastNs = Math.Max(LastNs, nowNs);
        _latency.RecordValue(latencyNs);
        Callers.Answered(request.Caller, bytes, latencyNs);
    }
}
