using IoMerge.Scheduler;

namespace IoMerge.Benchmark.Results;

/// <summary>What became of the requests on their way to the store: did they merge, and why not.</summary>
public sealed record MergeFacts
{
    /// <summary>Reads and writes that came in.</summary>
    public required long Requests { get; init; }

    /// <summary>Reads and writes that went out.</summary>
    public required long Operations { get; init; }

    /// <summary>
    /// The fewest operations that any schedule could have needed for the same arrivals within the same limits; null
    /// where the arrivals are not known.
    /// </summary>
    public long? OptimalOperations { get; init; }

    /// <summary>Bytes that were asked for.</summary>
    public required long BytesRequested { get; init; }

    /// <summary>Bytes that went to and from the store, gaps included.</summary>
    public required long BytesMoved { get; init; }

    /// <summary>Bytes read only to bridge gaps.</summary>
    public required long GapBytes { get; init; }

    /// <summary>Requests that joined at the end of an operation.</summary>
    public required long BackMerges { get; init; }

    /// <summary>Requests that joined at its start.</summary>
    public required long FrontMerges { get; init; }

    /// <summary>Reads that joined by overlapping.</summary>
    public required long OverlapMerges { get; init; }

    /// <summary>Reads that joined across a gap.</summary>
    public required long GapMerges { get; init; }

    /// <summary>How often an operation could not grow, by reason; reasons that never came up are absent.</summary>
    public required IReadOnlyDictionary<string, long> Refusals { get; init; }

    /// <summary>Requests per operation; 1 when nothing merged, 0 when nothing came.</summary>
    public double MergeRatio => Operations == 0 ? 0 : (double)Requests / Operations;

    /// <summary>What a scheduler's books say of the time between two looks at them.</summary>
    /// <param name="before">The earlier look, or null for the scheduler's beginning.</param>
    /// <param name="after">The later one.</param>
    public static MergeFacts Between(SchedulerSnapshot? before, SchedulerSnapshot after)
    {
        before ??= new SchedulerSnapshot();
        var refusals = new SortedDictionary<string, long>(StringComparer.Ordinal);
        for (int reason = 0; reason < after.Refusals.Count; reason++)
        {
            long count = after.Refusals[reason] - (reason < before.Refusals.Count ? before.Refusals[reason] : 0);
            if (count > 0)
                refusals.Add(((MergeRefusal)reason).ToString(), count);
        }
        return new MergeFacts
        {
            Requests = after.ReadsIn + after.WritesIn - before.ReadsIn - before.WritesIn,
            Operations = after.ReadsOut + after.WritesOut - before.ReadsOut - before.WritesOut,
            BytesRequested = after.BytesIn - before.BytesIn,
            BytesMoved = after.BytesOut - before.BytesOut,
            GapBytes = after.GapBytes - before.GapBytes,
            BackMerges = after.BackMerges - before.BackMerges,
            FrontMerges = after.FrontMerges - before.FrontMerges,
            OverlapMerges = after.OverlapMerges - before.OverlapMerges,
            GapMerges = after.GapMerges - before.GapMerges,
            Refusals = refusals,
        };
    }

    /// <summary>
    /// The facts of several stretches together; the optimum is known only when it is known of each of them.
    /// </summary>
    public static MergeFacts Sum(IReadOnlyCollection<MergeFacts> parts)
    {
        ArgumentNullException.ThrowIfNull(parts);
        var refusals = new SortedDictionary<string, long>(StringComparer.Ordinal);
        foreach ((string reason, long count) in parts.SelectMany(part => part.Refusals))
            refusals[reason] = refusals.GetValueOrDefault(reason) + count;
        return new MergeFacts
        {
            Requests = parts.Sum(part => part.Requests),
            Operations = parts.Sum(part => part.Operations),
            OptimalOperations = parts.All(part => part.OptimalOperations is not null)
                ? parts.Sum(part => part.OptimalOperations) : null,
            BytesRequested = parts.Sum(part => part.BytesRequested),
            BytesMoved = parts.Sum(part => part.BytesMoved),
            GapBytes = parts.Sum(part => part.GapBytes),
            BackMerges = parts.Sum(part => part.BackMerges),
            FrontMerges = parts.Sum(part => part.FrontMerges),
            OverlapMerges = parts.Sum(part => part.OverlapMerges),
            GapMerges = parts.Sum(part => part.GapMerges),
            Refusals = refusals,
        };
    }
}
