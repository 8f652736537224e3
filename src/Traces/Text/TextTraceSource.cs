namespace IoMerge.Traces.Text;

/// <summary>
/// A trace that is text. Text has no checksum and names its volumes as it goes, so it is read twice: once to check
/// every line and to find the volumes, and then to deliver. Damage is thus told before the first record.
/// </summary>
internal sealed class TextTraceSource : ITraceSource
{
    private readonly string _name;
    private readonly ITextTraceParser _parser;
    private long _lastTimeNs;

    /// <summary>Goes through the whole text once.</summary>
    /// <param name="name">Name of the file, for messages.</param>
    /// <param name="open">Begins to read the text; called twice.</param>
    /// <exception cref="TraceFormatException">A line breaks a rule, or there is no volume.</exception>
    public TextTraceSource(string name, Func<VolumeNames, ITextTraceParser> open)
    {
        _name = name;
        var names = new VolumeNames();
        _parser = open(names);
        using (_parser)
        {
            // Volumes may still appear, up to the most that a trace can have.
            while (TryParse(TraceRules.MaxVolumes, out _))
            {
            }
        }
        if (TraceRules.Check(names.All) is { } fault)
            throw new TraceFormatException(name, $"line {_parser.LineNumber}",
                names.All.Count == 0 ? "the trace ends without a single arrival" : fault);
        Header = new TraceHeader(DateTimeOffset.UnixEpoch, [.. names.All]);
        _lastTimeNs = 0;
        _parser = open(names);
    }

    /// <inheritdoc/>
    public TraceHeader Header { get; }

    /// <inheritdoc/>
    public bool TryRead(out TraceRecord record) => TryParse(Header.Volumes.Count, out record);

    /// <inheritdoc/>
    public void Dispose() => _parser.Dispose();

    private bool TryParse(int volumes, out TraceRecord record)
    {
        if (!_parser.TryParse(out record))
            return false;
        if (TraceRules.Check(record, volumes, _lastTimeNs) is { } fault)
            throw new TraceFormatException(_name, $"line {_parser.LineNumber}", fault);
        _lastTimeNs = record.TimeNs;
        return true;
    }
}
