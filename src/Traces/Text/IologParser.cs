using System.Globalization;
using IoMerge.Backends;

namespace IoMerge.Traces.Text;

/// <summary>
/// Reads what fio writes with write_iolog and reads with read_iolog, versions 2 and 3. A file that was added is a
/// volume. Version 3 has a time in microseconds in each line, of which the first is time 0. Version 2 has none;
/// its "wait" lines say, as fio acts on them, how many milliseconds after the beginning the next request may come.
/// </summary>
internal sealed class IologParser : ITextTraceParser
{
    private const int MaxWords = 5;

    private readonly BoundedLineReader _lines;
    private readonly string _name;
    private readonly VolumeNames _volumes;
    private readonly int _version;
    private long _startUs = -1;
    private long _timeNs;

    /// <summary>Reads the first line, which has the version.</summary>
    /// <exception cref="TraceFormatException">The version is not known.</exception>
    public IologParser(Stream stream, string name, VolumeNames volumes)
    {
        _lines = new BoundedLineReader(stream, name);
        _name = name;
        _volumes = volumes;
        _version = _lines.TryRead(out ReadOnlySpan<char> first) ? VersionOf(first) : 0;
        if (_version == 0)
            throw Fault($"this is no iolog of version 2 or 3: it begins with \"{Shorten(first)}\"");
    }

    /// <inheritdoc/>
    public long LineNumber => _lines.LineNumber;

    /// <summary>The version that a first line declares; 0 when it is none that is read.</summary>
    public static int VersionOf(ReadOnlySpan<char> firstLine) => firstLine.TrimEnd() switch
    {
        "fio version 2 iolog" => 2,
        "fio version 3 iolog" => 3,
        _ => 0,
    };

    /// <inheritdoc/>
    public bool TryParse(out TraceRecord record)
    {
        record = default;
        Span<Range> ranges = stackalloc Range[MaxWords + 1];
        while (_lines.TryRead(out ReadOnlySpan<char> line))
        {
            int count = line.SplitAny(ranges, " \t", StringSplitOptions.RemoveEmptyEntries);
            if (count == 0)
                continue;
            ReadOnlySpan<Range> words = ranges[..count];
            if (_version == 3)
            {
                TakeTime(line[words[0]]);
                words = words[1..];
            }
            if (words.Length == 2)
                Manage(line[words[0]], line[words[1]]);
            else if (words.Length != 4)
                throw Fault($"\"{Shorten(line)}\" is no line of an iolog of version {_version}");
            else if (Act(line, words, out record))
                return true;
        }
        return false;
    }

    /// <inheritdoc/>
    public void Dispose() => _lines.Dispose();

    private void TakeTime(ReadOnlySpan<char> word)
    {
        long us = Number(word, "a time in microseconds");
        if (_startUs < 0)
            _startUs = us;
        if (us < _startUs || us - _startUs > TraceRules.MaxTimeNs / 1000)
            throw Fault($"{us} µs is no time within ten years after {_startUs} µs");
        _timeNs = (us - _startUs) * 1000;
    }

    private void Manage(ReadOnlySpan<char> file, ReadOnlySpan<char> action)
    {
        if (action is "add")
        {
            if (_volumes.FindOrAdd(file, out _) is { } fault)
                throw Fault(fault);
        }
        else if (action is not ("open" or "close"))
            throw Fault($"\"{Shorten(action)}\" is neither add nor open nor close");
        else if (_volumes.Find(file) < 0)
            throw Fault($"{action} of \"{Shorten(file)}\", which was not added");
    }

    private bool Act(ReadOnlySpan<char> line, ReadOnlySpan<Range> words, out TraceRecord record)
    {
        record = default;
        ReadOnlySpan<char> file = line[words[0]], action = line[words[1]];
        long offset = Number(line[words[2]], "an offset");
        long length = Number(line[words[3]], "a length");
        if (action is "wait" && _version == 2)
        {
            if (offset > TraceRules.MaxTimeNs / 1_000_000)
                throw Fault($"to wait {offset} ms is more than ten years");
            _timeNs = Math.Max(_timeNs, offset * 1_000_000);
            return false;
        }
        int volume = _volumes.Find(file);
        if (volume < 0)
            throw Fault($"{action} of \"{Shorten(file)}\", which was not added");
        IoKind kind = action switch
        {
            "read" => IoKind.Read,
            "write" => IoKind.Write,
            "trim" => IoKind.Discard,
            "sync" or "datasync" => IoKind.Flush,
            _ => throw Fault($"\"{Shorten(action)}\" is none of read, write, trim, sync and datasync"),
        };
        // fio gives a sync the place of the last transfer, which means nothing.
        record = kind == IoKind.Flush
            ? new TraceRecord(_timeNs, volume, kind, IoFlags.None, 0, 0, 0)
            : new TraceRecord(_timeNs, volume, kind, IoFlags.None, offset, length, 0);
        return true;
    }

    private long Number(ReadOnlySpan<char> word, string what) =>
        long.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out long value)
            ? value
            : throw Fault($"\"{Shorten(word)}\" is not {what}");

    private TraceFormatException Fault(string cause) => new(_name, $"line {LineNumber}", cause);

    private static string Shorten(ReadOnlySpan<char> text) =>
        text.Length <= 60 ? text.ToString() : string.Concat(text[..60], "…");
}
