namespace IoMerge.Traces;

/// <summary>
/// A trace that is written from its beginning to its end. Not thread-safe. Disposing without
/// <see cref="Complete"/> leaves it unfinished, which whoever reads it is told where the format can say so.
/// </summary>
public interface ITraceSink : IDisposable
{
    /// <summary>Writes the next record.</summary>
    /// <exception cref="ArgumentException">The record breaks a rule of all traces; nothing was written.</exception>
    /// <exception cref="IOException">It cannot be written.</exception>
    void Write(in TraceRecord record);

    /// <summary>Ends the trace. Nothing may be written afterwards.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    void Complete();

    /// <summary>
    /// What this format could not say of the records that were written, one sentence each; empty when nothing was lost.
    /// </summary>
    IReadOnlyList<string> Losses { get; }
}
