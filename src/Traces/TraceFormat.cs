namespace IoMerge.Traces;

/// <summary>The formats of a trace.</summary>
public enum TraceFormat
{
    /// <summary>The program's own, compact and with checksums: what a recording is in.</summary>
    Binary,

    /// <summary>fio's iolog of version 2: times as waits, in milliseconds.</summary>
    Iolog2,

    /// <summary>fio's iolog of version 3: times in microseconds.</summary>
    Iolog3,

    /// <summary>Comma-separated values.</summary>
    Csv,
}

/// <summary>What goes by the names of formats.</summary>
public static class TraceFormats
{
    /// <summary>The format that the ending of a file's name stands for; null when it stands for none.</summary>
    public static TraceFormat? FromEnding(string path) => Path.GetExtension(path).ToLowerInvariant() switch
    {
        ".trace" or ".iomtrace" => TraceFormat.Binary,
        ".iolog" or ".iolog3" => TraceFormat.Iolog3,
        ".iolog2" => TraceFormat.Iolog2,
        ".csv" => TraceFormat.Csv,
        _ => null,
    };
}
