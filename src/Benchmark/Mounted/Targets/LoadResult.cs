using HdrHistogram;
using IoMerge.Benchmark.Mounted.Fio;
using IoMerge.Benchmark.Results;

namespace IoMerge.Benchmark.Mounted.Targets;

/// <summary>What the clients of one interval saw, whichever program they were.</summary>
/// <param name="Requests">Reads and writes that completed.</param>
/// <param name="Bytes">Bytes of them.</param>
/// <param name="Seconds">How long it took.</param>
/// <param name="Errors">Requests that failed.</param>
/// <param name="Latency">What they waited, in nanoseconds; null where it is not known.</param>
/// <param name="Callers">Each of them; empty where they are not told apart.</param>
internal sealed record LoadResult(
    long Requests, long Bytes, double Seconds, long Errors, HistogramBase? Latency, IReadOnlyList<CallerFacts> Callers)
{
    /// <summary>What fio saw; the slowest job decides on the time.</summary>
    public static LoadResult Of(FioResult fio) => new(
        fio.Jobs.Sum(job => job.Requests), fio.Jobs.Sum(job => job.Bytes), fio.Jobs.Max(job => job.Seconds),
        fio.Jobs.Sum(job => job.Errors), fio.Latency(), [.. fio.Jobs.Select(CallerOf)]);

    private static CallerFacts CallerOf(FioJobResult job) => job.Latency.TotalCount == 0
        ? new CallerFacts(job.Name, job.Requests, job.Bytes, 0, 0)
        : new CallerFacts(job.Name, job.Requests, job.Bytes, job.Latency.GetMean() / 1e3,
            job.Latency.GetValueAtPercentile(99) / 1e3);
}
