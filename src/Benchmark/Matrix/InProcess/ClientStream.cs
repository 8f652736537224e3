using System.Diagnostics;
using HdrHistogram;
using IoMerge.Backends;
using IoMerge.Benchmark.Results;

namespace IoMerge.Benchmark.Matrix.InProcess;

/// <summary>
/// One client: where it goes, and what became of the requests that were answered within the measured time. Its driver
/// alone touches it.
/// </summary>
internal sealed class ClientStream(string name, IRequestWalk walk, LongHistogram latency, LongHistogram own)
{
    private static readonly double s_nanosecondsPerTick = 1e9 / Stopwatch.Frequency;

    /// <summary>Its name.</summary>
    internal string Name => name;

    /// <summary>Reads and writes that it sent, within the measured time or not.</summary>
    internal long Sent { get; set; }

    /// <summary>Where it goes.</summary>
    internal IRequestWalk Walk => walk;

    /// <summary>Reads and writes that were answered.</summary>
    internal long Requests { get; private set; }

    /// <summary>Bytes of them.</summary>
    internal long Bytes { get; private set; }

    /// <summary>Requests that failed or came short.</summary>
    internal long Errors { get; private set; }

    /// <summary>What the client says of itself.</summary>
    internal CallerFacts Facts => new(
        name, Requests, Bytes, Requests == 0 ? 0 : own.GetMean() / 1e3,
        Requests == 0 ? 0 : own.GetValueAtPercentile(99) / 1e3);

    /// <summary>Books a request that was answered.</summary>
    internal void Book(ClientRequest request)
    {
        if (!request.IsGood)
            Errors++;
        if (!request.Kind.IsTransfer() || !request.IsGood)
            return;
        Requests++;
        Bytes += request.Extent.Length;
        long nanoseconds = (long)((request.AnsweredAt - request.SentAt) * s_nanosecondsPerTick);
        nanoseconds = Math.Clamp(nanoseconds, 0, latency.HighestTrackableValue);
        latency.RecordValue(nanoseconds);
        own.RecordValue(nanoseconds);
    }
}
