namespace IoMerge.Traces;

/// <summary>What a trace says about itself before its records.</summary>
/// <param name="StartedAt">Wall-clock time of <see cref="TraceRecord.TimeNs"/> 0.</param>
/// <param name="Volumes">The volumes that were recorded, at least one.</param>
public sealed record TraceHeader(DateTimeOffset StartedAt, IReadOnlyList<TraceVolume> Volumes);

/// <summary>A volume in a trace.</summary>
/// <param name="Name">Its name, unique in the trace.</param>
/// <param name="Size">Its size in bytes when recording began, or 0 when unknown.</param>
public sealed record TraceVolume(string Name, long Size);
