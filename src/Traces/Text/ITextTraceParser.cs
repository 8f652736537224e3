namespace IoMerge.Traces.Text;

/// <summary>
/// Goes once through a trace that is text. It takes lines apart and numbers volumes; what a record may say is checked
/// by <see cref="TextTraceSource"/>. Not thread-safe.
/// </summary>
internal interface ITextTraceParser : IDisposable
{
    /// <summary>Number of the line read last, from 1.</summary>
    long LineNumber { get; }

    /// <summary>Takes the next record.</summary>
    /// <returns>False at the end.</returns>
    /// <exception cref="TraceFormatException">A line cannot be understood.</exception>
    bool TryParse(out TraceRecord record);
}
