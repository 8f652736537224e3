using System.Text;
using IoMerge.Traces.Binary;
using IoMerge.Traces.Text;

namespace IoMerge.Traces;

/// <summary>
/// Opens and makes traces that are files, in any format. Which format a file has is seen from its content; its name
/// counts only for what is to be made.
/// </summary>
public static class TraceFiles
{
    private const int BufferBytes = 128 << 10;
    private const int LookBytes = 4096;

    /// <summary>Opens a trace of any format.</summary>
    /// <param name="path">The file. A trace that is text is read twice, so it cannot be a pipe.</param>
    /// <exception cref="TraceFormatException">It is no trace, or a damaged one.</exception>
    /// <exception cref="IOException">It cannot be read, or is a folder.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static ITraceSource Open(string path)
    {
        TraceFormat format;
        using (FileStream look = OpenRead(path))
            format = Recognise(look, path);
        if (format != TraceFormat.Binary)
        {
            return new TextTraceSource(path, names => format == TraceFormat.Csv
                ? new CsvParser(OpenRead(path), path, names) : new IologParser(OpenRead(path), path, names));
        }
        FileStream stream = OpenRead(path);
        try
        {
            return new TraceFileReader(stream, path);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>The format of a trace, by its first bytes.</summary>
    /// <exception cref="TraceFormatException">It is no trace.</exception>
    /// <exception cref="IOException">It cannot be read, or is a folder.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static TraceFormat FormatOf(string path)
    {
        using FileStream look = OpenRead(path);
        return Recognise(look, path);
    }

    /// <summary>Begins a trace in a stream.</summary>
    /// <param name="stream">Where to; disposed of with the sink.</param>
    /// <param name="format">In which format.</param>
    /// <param name="header">What the trace says about itself.</param>
    /// <param name="folder">For an iolog: what goes before the names of volumes, so that fio finds them.</param>
    /// <exception cref="ArgumentException">The format cannot name a volume.</exception>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static ITraceSink CreateSink(Stream stream, TraceFormat format, TraceHeader header, string folder = "") =>
        format switch
        {
            TraceFormat.Binary => new TraceFileWriter(stream, header),
            TraceFormat.Iolog2 => new IologSink(stream, header, 2, folder),
            TraceFormat.Iolog3 => new IologSink(stream, header, 3, folder),
            _ => new CsvSink(stream, header),
        };

    private static FileStream OpenRead(string path)
    {
        if (Directory.Exists(path))
            throw new IOException($"{path} is a folder, not a trace");
        return new FileStream(path, new FileStreamOptions
        {
            Mode = FileMode.Open, Access = FileAccess.Read, Share = FileShare.ReadWrite | FileShare.Delete,
            BufferSize = BufferBytes, Options = FileOptions.SequentialScan,
        });
    }

    private static TraceFormat Recognise(FileStream stream, string path)
    {
        byte[] bytes = new byte[LookBytes];
        int got = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        ReadOnlySpan<byte> start = bytes.AsSpan(0, got);
        if (start.IsEmpty)
            throw new TraceFormatException(path, "byte 0", "the file is empty");
        if (start.StartsWith(TraceLayout.Magic))
            return TraceFormat.Binary;
        int lineEnd = start.IndexOf((byte)'\n');
        string first = Encoding.UTF8.GetString(lineEnd < 0 ? start : start[..lineEnd]).TrimStart('\uFEFF').TrimEnd();
        if (first.StartsWith("fio version ", StringComparison.Ordinal))
            return IologParser.VersionOf(first) == 2 ? TraceFormat.Iolog2 : TraceFormat.Iolog3;
        if (first.Contains(',') && !first.Any(char.IsControl))
            return TraceFormat.Csv;
        throw new TraceFormatException(path, "byte 0", "this is no trace: it begins neither with \"IOMTRACE\" nor with "
            + "\"fio version 2 iolog\" or \"fio version 3 iolog\", and its first line has no columns that are "
            + "separated by commas");
    }
}
