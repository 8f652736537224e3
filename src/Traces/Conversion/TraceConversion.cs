namespace IoMerge.Traces.Conversion;

/// <summary>What a conversion did.</summary>
/// <param name="Records">Records read.</param>
/// <param name="Losses">What the new format could not say, one sentence each.</param>
public sealed record ConversionResult(long Records, IReadOnlyList<string> Losses);

/// <summary>
/// Writes a trace anew in another format. The new file appears under its name only when it is whole: until then it has
/// another one, and nothing is left of it when the input turns out damaged or the disk full.
/// </summary>
public static class TraceConversion
{
    /// <summary>Converts a whole trace.</summary>
    /// <param name="source">The trace, at its beginning.</param>
    /// <param name="path">The file to make.</param>
    /// <param name="format">Its format.</param>
    /// <param name="folder">For an iolog: what goes before the names of volumes, so that fio finds them.</param>
    /// <exception cref="TraceFormatException">The input is damaged; no file was made.</exception>
    /// <exception cref="ArgumentException">The format cannot name a volume; no file was made.</exception>
    /// <exception cref="IOException">The file exists already, or cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be made.</exception>
    public static ConversionResult Convert(ITraceSource source, string path, TraceFormat format, string folder = "")
    {
        if (Path.Exists(path))
            throw new IOException($"{path} exists already; remove it, or name another file");
        string unfinished = $"{path}.{Guid.NewGuid():N}.unfinished";
        try
        {
            ConversionResult result = Write(source, unfinished, format, folder);
            File.Move(unfinished, path, overwrite: false);
            return result;
        }
        catch
        {
            File.Delete(unfinished);
            throw;
        }
    }

    private static ConversionResult Write(ITraceSource source, string path, TraceFormat format, string folder)
    {
        long records = 0;
        using var stream = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read, 0);
        using ITraceSink sink = TraceFiles.CreateSink(stream, format, source.Header, folder);
        for (; source.TryRead(out TraceRecord record); records++)
            sink.Write(record);
        sink.Complete();
        return new ConversionResult(records, sink.Losses);
    }
}
