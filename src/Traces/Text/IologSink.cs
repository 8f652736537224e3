using System.Globalization;
using System.Text;
using IoMerge.Backends;

namespace IoMerge.Traces.Text;

/// <summary>
/// Writes what fio replays with read_iolog, version 2 or 3. An iolog has reads, writes, syncs and trims; what else a
/// trace holds is left out and counted. Not thread-safe.
/// </summary>
internal sealed class IologSink : ITraceSink
{
    // fio reads a length as 32 bits without a sign.
    private const long MaxLength = uint.MaxValue;

    private readonly StreamWriter _writer;
    private readonly int _version;
    private readonly string[] _files;
    private readonly long[] _leftOut = new long[(int)IoKind.Resize + 1];
    private long _flagged;
    private long _tooLong;
    private long _lastMs;
    private long _lastUs = StartUs;

    // A first time of 0 makes fio forget the pause that follows it.
    private const long StartUs = 1;

    /// <summary>Begins: names and opens all files.</summary>
    /// <param name="stream">Where to; disposed of with the sink.</param>
    /// <param name="header">The trace's own.</param>
    /// <param name="version">2 or 3.</param>
    /// <param name="folder">What goes before the names of volumes, so that fio finds them; may be empty.</param>
    /// <exception cref="ArgumentException">A name cannot be written: fio splits lines at blanks.</exception>
    public IologSink(Stream stream, TraceHeader header, int version, string folder)
    {
        _version = version;
        _files = [.. header.Volumes.Select(volume => Path.Combine(folder, volume.Name))];
        if (_files.FirstOrDefault(file => file.Any(char.IsWhiteSpace)) is { } file)
            throw new ArgumentException($"an iolog cannot name \"{file}\": fio splits its lines at blanks");
        _writer = new StreamWriter(stream, new UTF8Encoding(false), 64 << 10);
        _writer.Write($"fio version {version} iolog\n");
        ManageAll("add");
        ManageAll("open");
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Losses =>
    [
        .. _leftOut.Index().Where(kind => kind.Item > 0).Select(kind => string.Create(CultureInfo.InvariantCulture,
            $"{kind.Item} × {CsvWords.Write((IoKind)kind.Index)} left out: an iolog has no word for it")),
        .. _flagged == 0 ? Array.Empty<string>() : [string.Create(CultureInfo.InvariantCulture,
            $"{_flagged} × write that had to be durable, written without that: an iolog has no flags")],
        .. _tooLong == 0 ? Array.Empty<string>() : [string.Create(CultureInfo.InvariantCulture,
            $"{_tooLong} × request of 4 GiB or more left out: fio reads lengths of 32 bits")],
    ];

    /// <inheritdoc/>
    public void Write(in TraceRecord record)
    {
        // A hole that is punched is what fio's trim does to a file.
        bool isTrim = record.Kind == IoKind.Discard
            || (record.Kind == IoKind.Zero && (record.Flags & IoFlags.Unmap) != 0);
        string? action = record.Kind switch
        {
            IoKind.Read => "read",
            IoKind.Write => "write",
            IoKind.Flush => "sync",
            _ => isTrim ? "trim" : null,
        };
        if (action is null)
        {
            _leftOut[(int)record.Kind]++;
            return;
        }
        if (record.Kind == IoKind.Write && record.Flags != IoFlags.None)
            _flagged++;
        if (record.Length > MaxLength)
        {
            _tooLong++;
            return;
        }
        string file = _files[record.Volume];
        WriteTime(record, file);
        WriteLine(file, action, record.Offset, record.Length);
    }

    /// <inheritdoc/>
    public void Complete()
    {
        ManageAll("close");
        _writer.Flush();
    }

    /// <inheritdoc/>
    public void Dispose() => _writer.Dispose();

    private void WriteTime(in TraceRecord record, string file)
    {
        long ms = record.TimeNs / 1_000_000;
        if (_version == 2 && ms > _lastMs)
            WriteLine(file, "wait", ms, 0);
        _lastMs = ms;
        _lastUs = StartUs + record.TimeNs / 1000;
    }

    private void WriteLine(string file, string action, long offset, long length)
    {
        WriteStamp();
        _writer.Write(file);
        _writer.Write(' ');
        _writer.Write(action);
        _writer.Write(' ');
        WriteNumber(offset);
        _writer.Write(' ');
        WriteNumber(length);
        _writer.Write('\n');
    }

    private void ManageAll(string action)
    {
        foreach (string file in _files)
        {
            WriteStamp();
            _writer.Write($"{file} {action}\n");
        }
    }

    private void WriteStamp()
    {
        if (_version != 3)
            return;
        WriteNumber(_lastUs);
        _writer.Write(' ');
    }

    private void WriteNumber(long number)
    {
        Span<char> digits = stackalloc char[20];
        number.TryFormat(digits, out int count, default, CultureInfo.InvariantCulture);
        _writer.Write(digits[..count]);
    }
}
