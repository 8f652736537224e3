using IoMerge.Backends;
using IoMerge.Benchmark.Optimum;

namespace IoMerge.Benchmark.Matrix.InProcess;

/// <summary>
/// The offline optimum for what the clients of a round sent: their walks are walked once more, after the clock stopped.
/// Each stream's requests are spread evenly over the round, which is how they are sent but for a few.
/// </summary>
internal static class WalkOptimum
{
    // About a second of work; who runs longer rounds on such a store wants the throughput.
    private const long MostRequests = 2_000_000;

    /// <summary>What is known of one stream.</summary>
    /// <param name="Walk">Its walk, from the beginning.</param>
    /// <param name="Sent">Reads and writes that it sent in all.</param>
    internal sealed record Part(IRequestWalk Walk, long Sent);

    /// <summary>The fewest operations; null where there were too many requests to look.</summary>
    /// <param name="limits">The limits of the column.</param>
    /// <param name="depth">Requests that each stream kept outstanding.</param>
    /// <param name="parts">The streams.</param>
    /// <param name="before">Reads and writes of all streams that came before the measured time.</param>
    /// <param name="inside">Those that came within.</param>
    internal static long? Count(
        OptimumLimits limits, int depth, IReadOnlyList<Part> parts, long before, long inside)
    {
        if (before + inside > MostRequests)
            return null;
        var optimum = new OfflineOptimum(limits with
        {
            MaxOutstanding = Math.Min(limits.MaxOutstanding, depth * parts.Count),
            MaxOutstandingPerCaller = depth,
        });
        // The stream that has sent the smallest part of its requests is next.
        var next = new PriorityQueue<int, double>(
            Enumerable.Range(0, parts.Count).Where(i => parts[i].Sent > 0).Select(i => (i, 0.5 / parts[i].Sent)));
        var sent = new long[parts.Count];
        for (long i = 0; i < before + inside && next.TryDequeue(out int caller, out _); i++)
        {
            Part part = parts[caller];
            (IoKind kind, Extent extent) = part.Walk.Next();
            while (!kind.IsTransfer())
                (kind, extent) = part.Walk.Next();
            if (i >= before)
                optimum.Add(new OptimumArrival(kind, IoFlags.None, extent.Offset, extent.Length, caller));
            if (++sent[caller] < part.Sent)
                next.Enqueue(caller, (sent[caller] + 0.5) / part.Sent);
        }
        return optimum.Finish().Operations;
    }
}
