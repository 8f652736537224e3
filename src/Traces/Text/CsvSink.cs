using System.Globalization;
using nietras.SeparatedValues;

namespace IoMerge.Traces.Text;

/// <summary>
/// Writes a trace as comma-separated values with headings. Nothing of a record is lost; sizes of volumes and the time
/// of day of the beginning have no column. Not thread-safe.
/// </summary>
internal sealed class CsvSink : ITraceSink
{
    private readonly SepWriter _writer;
    private readonly TraceHeader _header;

    /// <summary>Begins. The headings follow with the first record, or at the end.</summary>
    /// <param name="stream">Where to; disposed of with the sink.</param>
    /// <param name="header">The trace's own.</param>
    public CsvSink(Stream stream, TraceHeader header)
    {
        _header = header;
        _writer = Sep.New(',').Writer(options => options with { Escape = true }).To(stream);
        _writer.Header.Add(CsvColumns.Headings);
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Losses => [];

    /// <inheritdoc/>
    public void Write(in TraceRecord record)
    {
        using SepWriter.Row row = _writer.NewRow();
        row[0].Set(CsvWords.WriteTime(record.TimeNs));
        row[1].Set(CsvWords.Write(record.Kind));
        row[2].Set(_header.Volumes[record.Volume].Name);
        row[3].Set(record.Offset.ToString(CultureInfo.InvariantCulture));
        row[4].Set(record.Length.ToString(CultureInfo.InvariantCulture));
        row[5].Set(CsvWords.Write(record.Flags));
        row[6].Set(record.CallerPid.ToString(CultureInfo.InvariantCulture));
    }

    /// <inheritdoc/>
    public void Complete() => _writer.Flush();

    /// <inheritdoc/>
    public void Dispose() => _writer.Dispose();
}
