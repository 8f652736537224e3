using System.Diagnostics.Metrics;

namespace IoMerge.Scheduler.Tests;

/// <summary>Collects the observable instruments of a meter.</summary>
internal sealed class MetricReader : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly Dictionary<string, long> _values = [];

    internal MetricReader(string meter)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == meter)
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>(
            (instrument, value, tags, _) => _values[Key(instrument.Name, tags)] = value);
        _listener.Start();
    }

    public void Dispose() => _listener.Dispose();

    internal long Read(string instrument, params (string Name, string Value)[] tags)
    {
        _listener.RecordObservableInstruments();
        return _values[Key(instrument, [.. tags.Select(t => new KeyValuePair<string, object?>(t.Name, t.Value))])];
    }

    private static string Key(string instrument, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var names = new List<string>();
        foreach (KeyValuePair<string, object?> tag in tags)
            names.Add($"{tag.Key}={tag.Value}");
        names.Sort(StringComparer.Ordinal);
        return $"{instrument} {string.Join(' ', names)}";
    }
}
