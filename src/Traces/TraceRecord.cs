using IoMerge.Backends;

namespace IoMerge.Traces;

/// <summary>One arrival: what a caller asked for, and when it reached the scheduler's door.</summary>
/// <param name="TimeNs">Nanoseconds since the trace began; never less than that of the record before.</param>
/// <param name="Volume">Index into <see cref="TraceHeader.Volumes"/>.</param>
/// <param name="Kind">What is asked for.</param>
/// <param name="Flags">How it is to be done.</param>
/// <param name="Offset">First byte; for a resize the new size.</param>
/// <param name="Length">Bytes; 0 for a flush and for a resize.</param>
/// <param name="CallerPid">Process that asked, or 0 when unknown.</param>
public readonly record struct TraceRecord(
    long TimeNs, int Volume, IoKind Kind, IoFlags Flags, long Offset, long Length, int CallerPid)
{
    /// <summary>The bytes asked for.</summary>
    public Extent Extent => new(Offset, Length);
}
