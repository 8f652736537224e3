namespace IoMerge.Traces;

/// <summary>
/// A trace that is read from its beginning to its end, in bounded memory whatever its length. Not thread-safe.
/// </summary>
public interface ITraceSource : IDisposable
{
    /// <summary>What the trace says about itself.</summary>
    TraceHeader Header { get; }

    /// <summary>Takes the next record.</summary>
    /// <returns>False at the end, when every record has been delivered and every check has passed.</returns>
    /// <exception cref="TraceFormatException">The trace is damaged from here on.</exception>
    bool TryRead(out TraceRecord record);
}
