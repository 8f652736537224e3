using IoMerge.Backends;
using nietras.SeparatedValues;

namespace IoMerge.Traces.Text;

/// <summary>
/// Reads a trace as comma-separated values: with headings, as <see cref="CsvSink"/> writes it and in any order of
/// columns, or without, as public block traces are. Without headings time often counts from some epoch, so the first
/// arrival is then time 0.
/// </summary>
internal sealed class CsvParser : ITextTraceParser
{
    private readonly SepReader _reader;
    private readonly string _name;
    private readonly VolumeNames _volumes;
    private CsvColumns? _columns;
    private long _startNs = -1;

    /// <summary>Begins to read.</summary>
    public CsvParser(Stream stream, string name, VolumeNames volumes)
    {
        _name = name;
        _volumes = volumes;
        // Rows are compared with the headings here, where the message can have file and line.
        _reader = Sep.New(',').Reader(options => options with
        {
            HasHeader = false, Unescape = true, DisableColCountCheck = true,
        }).From(stream);
    }

    /// <inheritdoc/>
    public long LineNumber { get; private set; }

    /// <inheritdoc/>
    public bool TryParse(out TraceRecord record)
    {
        record = default;
        while (MoveNext())
        {
            SepReader.Row row = _reader.Current;
            // The line on which it ends: of the first row the reader gives a wrong beginning.
            LineNumber = row.LineNumberToExcl - 1;
            if (row.ColCount == 1 && row[0].Span.IsWhiteSpace())
                continue;
            bool isFirst = _columns is null;
            CsvColumns columns = _columns ??= ReadColumns(row);
            if (isFirst && columns.HasHeadings)
                continue;
            if (row.ColCount != columns.Count)
                throw Fault($"the line has {row.ColCount} columns, and should have {columns.Count}");
            record = Read(row, columns);
            return true;
        }
        return false;
    }

    /// <inheritdoc/>
    public void Dispose() => _reader.Dispose();

    private bool MoveNext()
    {
        try
        {
            return _reader.MoveNext();
        }
        catch (Exception e) when (e is InvalidDataException or NotSupportedException)
        {
            throw Fault("the text cannot be taken apart: " + e.Message.TrimEnd('.'));
        }
    }

    private CsvColumns ReadColumns(SepReader.Row row)
    {
        List<string> cells = [];
        for (int i = 0; i < row.ColCount; i++)
            cells.Add(row[i].ToString());
        return CsvColumns.Read(cells, out CsvColumns columns) is { } fault ? throw Fault(fault) : columns;
    }

    private TraceRecord Read(SepReader.Row row, CsvColumns columns)
    {
        if (!CsvWords.TryReadTime(row[columns.Time].Span, out long timeNs))
            throw Fault(row, columns.Time, "is not a time in microseconds with at most three decimals");
        if (!CsvWords.TryRead(row[columns.Operation].Span, out IoKind kind))
            throw Fault(row, columns.Operation,
                "is none of read (R), write (W), flush, discard, zero, allocate and resize");
        if (!CsvWords.TryReadNumber(row[columns.Offset].Span, out long offset))
            throw Fault(row, columns.Offset, "is not an offset in bytes");
        if (!CsvWords.TryReadNumber(row[columns.Length].Span, out long length))
            throw Fault(row, columns.Length, "is not a length in bytes");
        IoFlags flags = IoFlags.None;
        if (columns.Flags >= 0 && !CsvWords.TryRead(row[columns.Flags].Span, out flags))
            throw Fault(row, columns.Flags, "is none of dsync, sync, unmap and keepsize, joined by +");
        long pid = 0;
        if (columns.Pid >= 0 && (!CsvWords.TryReadNumber(row[columns.Pid].Span, out pid) || pid > int.MaxValue))
            throw Fault(row, columns.Pid, "is not the number of a process");
        if (_volumes.FindOrAdd(row[columns.Volume].Span, out int volume) is { } fault)
            throw Fault(fault);
        return new TraceRecord(SinceStart(timeNs, columns), volume, kind, flags, offset, length, (int)pid);
    }

    private long SinceStart(long timeNs, CsvColumns columns)
    {
        if (_startNs < 0)
            _startNs = columns.HasHeadings ? 0 : timeNs;
        return timeNs - _startNs;
    }

    private TraceFormatException Fault(SepReader.Row row, int column, string rule)
    {
        string text = row[column].ToString();
        return Fault($"column {column + 1}: \"{(text.Length > 60 ? text[..60] + "…" : text)}\" {rule}");
    }

    private TraceFormatException Fault(string cause) => new(_name, $"line {LineNumber}", cause);
}
