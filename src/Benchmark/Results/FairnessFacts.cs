namespace IoMerge.Benchmark.Results;

/// <summary>How callers fared beside each other.</summary>
/// <param name="Callers">Each of them.</param>
/// <param name="JainIndex">
/// Jain's index of their bytes (Jain, Chiu and Hawe, DEC-TR-301, 1984): 1 when all got the same, 1/n when one got all.
/// </param>
public sealed record FairnessFacts(IReadOnlyList<CallerFacts> Callers, double JainIndex)
{
    /// <summary>The facts of some callers; null with fewer than two.</summary>
    public static FairnessFacts? Of(IReadOnlyList<CallerFacts> callers)
    {
        if (callers.Count < 2)
            return null;
        double sum = callers.Sum(caller => (double)caller.Bytes);
        double squares = callers.Sum(caller => (double)caller.Bytes * caller.Bytes);
        return new FairnessFacts(callers, squares == 0 ? 1 : sum * sum / (callers.Count * squares));
    }
}

/// <summary>One caller.</summary>
/// <param name="Name">Who: a process, a job, a stream.</param>
/// <param name="Requests">Requests completed.</param>
/// <param name="Bytes">Bytes of them.</param>
/// <param name="MeanUs">Mean time they took, in microseconds.</param>
/// <param name="P99Us">99th percentile of that time.</param>
public sealed record CallerFacts(string Name, long Requests, long Bytes, double MeanUs, double P99Us);
