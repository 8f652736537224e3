using IoMerge.Backends;
using IoMerge.Benchmark.Optimum;
using IoMerge.Scheduler;

namespace IoMerge.Benchmark.Matrix.InProcess;

/// <summary>
/// The offline optimum for what the clients of a round sent: their walks are walked once more, after the clock stopped.
/// Streams take turns in it, which is how they send but for a few requests.
/// </summary>
internal static class WalkOptimum
{
    // About a second of work; who runs longer rounds on such a store wants the throughput.
    private const long MostRequests = 2_000_000;

    /// <summary>What is known of one stream.</summary>
    /// <param name="Walk">Its walk, from the beginning.</param>
    /// <param name="Before">Requests that it sent before the measured time.</param>
    /// <param name="Inside">Requests that it sent within.</param>
    internal sealed record Part(IRequestWalk Walk, long Before, long Inside);

    /// <summary>The fewest operations; null where there were too many requests to look.</summary>
    internal static long? Count(
        SchedulerOptions options, BackendGeometry geometry, int depth, IReadOnlyList<Part> parts)
    {
        if (parts.Sum(part => part.Before + part.Inside) > MostRequests)
            return null;
        OptimumLimits limits = OptimumLimits.Of(options, geometry);
        var optimum = new OfflineOptimum(limits with
        {
            MaxOutstanding = Math.Min(limits.MaxOutstanding, depth * parts.Count),
            MaxOutstandingPerCaller = depth,
        });
        foreach (Part part in parts)
        {
            for (long i = 0; i < part.Before; i++)
                part.Walk.Next();
        }
        long longest = parts.Max(part => part.Inside);
        for (long i = 0; i < longest; i++)
        for (int caller = 0; caller < parts.Count; caller++)
        {
            if (i >= parts[caller].Inside)
                continue;
            (IoKind kind, Extent extent) = parts[caller].Walk.Next();
            optimum.Add(new OptimumArrival(kind, IoFlags.None, extent.Offset, extent.Length, caller));
        }
        return optimum.Finish().Operations;
    }
}
