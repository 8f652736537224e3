using System.Diagnostics.Metrics;

namespace IoMerge.Scheduler;

/// <summary>
/// The schedulers' numbers as instruments of the meter <c>IoMerge.Scheduler</c>, tagged with the volume. They are read
/// from snapshots when somebody collects; the hot path knows nothing of them.
/// </summary>
public sealed class SchedulerMetrics : IDisposable
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "IoMerge.Scheduler";

    private readonly Lock _lock = new();
    private readonly Dictionary<string, IoScheduler> _schedulers = new(StringComparer.Ordinal);
    private readonly Meter _meter;

    /// <summary>Creates the instruments.</summary>
    /// <param name="factory">Who makes the meter; null for a meter of its own.</param>
    public SchedulerMetrics(IMeterFactory? factory = null)
    {
        _meter = factory?.Create(MeterName) ?? new Meter(MeterName);
        Count("iomerge.requests", "{request}", "Requests that arrived.",
            ("kind", "read", s => s.ReadsIn), ("kind", "write", s => s.WritesIn),
            ("kind", "flush", s => s.FlushesIn));
        Count("iomerge.operations", "{operation}", "Operations submitted to the store.",
            ("kind", "read", s => s.ReadsOut), ("kind", "write", s => s.WritesOut),
            ("kind", "flush", s => s.FlushesOut));
        Count("iomerge.bytes", "By", "Bytes asked for and bytes transferred.",
            ("side", "in", s => s.BytesIn), ("side", "out", s => s.BytesOut), ("side", "gap", s => s.GapBytes));
        Count("iomerge.merges", "{request}", "Requests that joined another's operation.",
            ("kind", "back", s => s.BackMerges), ("kind", "front", s => s.FrontMerges),
            ("kind", "overlap", s => s.OverlapMerges), ("kind", "gap", s => s.GapMerges));
        Count("iomerge.merge.refusals", "{refusal}", "Why operations did not grow.",
            [.. Enum.GetValues<MergeRefusal>().Select(Refusal)]);
        Count("iomerge.requests.ended", "{request}", "Requests that were told their outcome.",
            ("outcome", "completed", s => s.RequestsCompleted), ("outcome", "failed", s => s.RequestsFailed),
            ("outcome", "cancelled", s => s.RequestsCancelled));
        Count("iomerge.repairs", "{operation}",
            "Failed operations that were split, and short ones that were continued.",
            ("kind", "split", s => s.ErrorSplits), ("kind", "short", s => s.ShortTransfers));
        Gauge("iomerge.queue.requests", "{request}", "Requests waiting for dispatch.", s => s.Queued);
        Gauge("iomerge.queue.parked", "{request}", "Requests kept aside by the admission bounds.", s => s.Parked);
        Gauge("iomerge.inflight.operations", "{operation}", "Operations at the store.", s => s.InFlight);
        Latency("iomerge.latency.queue", "From arrival to dispatch.", s => s.QueueLatency);
        Latency("iomerge.latency.service", "From submission to completion.", s => s.ServiceLatency);
    }

    /// <summary>Adds a scheduler; its numbers carry the tag <c>volume</c> with that name.</summary>
    public void Add(string volume, IoScheduler scheduler)
    {
        lock (_lock)
            _schedulers[volume] = scheduler;
    }

    /// <summary>Takes a scheduler out, before it is disposed of.</summary>
    public void Remove(string volume)
    {
        lock (_lock)
            _schedulers.Remove(volume);
    }

    /// <summary>Ends the meter.</summary>
    public void Dispose() => _meter.Dispose();

    private static (string Tag, string Value, Func<SchedulerSnapshot, long> Get) Refusal(MergeRefusal reason) =>
        ("reason", Enum.GetName(reason)!, snapshot => snapshot.Refusals[(int)reason]);

    private void Count(
        string name, string unit, string description,
        params (string Tag, string Value, Func<SchedulerSnapshot, long> Get)[] series) =>
        _meter.CreateObservableCounter(name, () => Observe(series), unit, description);

    private void Gauge(string name, string unit, string description, Func<SchedulerSnapshot, long> get) =>
        _meter.CreateObservableGauge(name, () => Observe<long>([("", "", get)]), unit, description);

    private void Latency(string name, string description, Func<SchedulerSnapshot, LatencySummary> get) =>
        _meter.CreateObservableGauge(name, () => Observe<double>(
        [
            ("quantile", "mean", s => get(s).MeanUs / 1e6),
            ("quantile", "0.5", s => get(s).P50Us / 1e6),
            ("quantile", "0.99", s => get(s).P99Us / 1e6),
            ("quantile", "0.999", s => get(s).P999Us / 1e6),
            ("quantile", "1", s => get(s).MaxUs / 1e6),
        ]), "s", description);

    private IEnumerable<Measurement<T>> Observe<T>((string Tag, string Value, Func<SchedulerSnapshot, T> Get)[] series)
        where T : struct
    {
        KeyValuePair<string, IoScheduler>[] schedulers;
        lock (_lock)
            schedulers = [.. _schedulers];
        foreach ((string volume, IoScheduler scheduler) in schedulers)
        {
            SchedulerSnapshot snapshot = scheduler.GetSnapshot();
            foreach ((string tag, string value, Func<SchedulerSnapshot, T> get) in series)
            {
                var name = new KeyValuePair<string, object?>("volume", volume);
                yield return tag.Length == 0
                    ? new Measurement<T>(get(snapshot), name)
                    : new Measurement<T>(get(snapshot), name, new KeyValuePair<string, object?>(tag, value));
            }
        }
    }
}
