using System.Globalization;
using System.Text;
using IoMerge.Backends;
using IoMerge.Scheduler;

namespace IoMerge.Mount.Hosting;

/// <summary>Writes what a volume's elevator did, for the person who unmounts. Text only; it looks at nothing.</summary>
internal static class UnmountSummary
{
    /// <summary>Some lines about one volume, ending with a line break.</summary>
    /// <param name="volume">Its name.</param>
    /// <param name="s">What its elevator did.</param>
    /// <param name="last">The settings that were in force at the end.</param>
    /// <param name="store">What its store has to tell besides; null for nothing.</param>
    public static string Write(string volume, SchedulerSnapshot s, SchedulerOptions last, string? store = null)
    {
        var text = new StringBuilder();
        Line(text, $"{volume}: {s.RequestsIn} requests in ({s.ReadsIn} reads, {s.WritesIn} writes, {s.FlushesIn} "
            + $"flushes, {new ByteSize(s.BytesIn)}), {s.OperationsOut} operations out ({s.ReadsOut} reads, "
            + $"{s.WritesOut} writes, {s.FlushesOut} flushes, {new ByteSize(s.BytesOut)})");
        if (s.RequestsIn == 0)
            return text.ToString();
        Line(text, $"  {MountReport.Elevator(last)}");
        Line(text, $"  merge ratio {Number(s.MergeRatio, "0.00")} requests per operation: {s.BackMerges} at the end, "
            + $"{s.FrontMerges} at the start, {s.OverlapMerges} overlapping, {s.GapMerges} across gaps "
            + $"({new ByteSize(s.GapBytes)} thrown away)");
        string refusals = Refusals(s);
        if (refusals.Length > 0)
            Line(text, $"  not merged because: {refusals}");
        Line(text, $"  waiting in the queue: {Latency(s.QueueLatency)}");
        Line(text, $"  at the store:         {Latency(s.ServiceLatency)}");
        Line(text, $"  at most {s.MaxInFlight} operations at the store, {s.OverlapWaits} requests waited for one that "
            + $"they overlap, {s.Holds} holds");
        if (store is not null)
            Line(text, $"  {store}");
        if (s.RequestsFailed + s.RequestsCancelled + s.ErrorSplits + s.ShortTransfers > 0)
            Line(text, $"  {s.RequestsFailed} requests failed, {s.RequestsCancelled} were taken back, "
                + $"{s.ErrorSplits} merged operations failed and were retried one by one, "
                + $"{s.ShortTransfers} short transfers were continued");
        return text.ToString();
    }

    private static string Refusals(SchedulerSnapshot s)
    {
        IEnumerable<string> counted = s.Refusals
            .Select((count, index) => (Count: count, Reason: (MergeRefusal)index))
            .Where(refusal => refusal.Count > 0)
            .OrderByDescending(refusal => refusal.Count)
            .Select(refusal => $"{Explain(refusal.Reason)} {refusal.Count}");
        return string.Join(", ", counted);
    }

    private static string Explain(MergeRefusal reason) => reason switch
    {
        MergeRefusal.Alone => "no neighbour was there",
        MergeRefusal.Direction => "the neighbour goes the other way",
        MergeRefusal.Gap => "a gap between them",
        MergeRefusal.Size => "the operation was full",
        MergeRefusal.Segments => "too many segments",
        MergeRefusal.Boundary => "a boundary of the store",
        MergeRefusal.Overlap => "the neighbour waits for an overlap",
        MergeRefusal.Sync => "different durability",
        MergeRefusal.Sealed => "the policy or level forbids it",
        _ => reason.ToString(),
    };

    private static string Latency(LatencySummary latency) => latency.Count == 0
        ? "nothing measured"
        : $"mean {Micro(latency.MeanUs)}, median {Micro(latency.P50Us)}, 99 % {Micro(latency.P99Us)}, "
            + $"99.9 % {Micro(latency.P999Us)}, longest {Micro(latency.MaxUs)}";

    private static string Micro(double us) =>
        us >= 10_000 ? Number(us / 1000, "0.0") + " ms" : Number(us, "0.#") + " µs";

    private static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);

    private static void Line(StringBuilder text, string line) => text.Append(line).Append('\n');
}
