using IoMerge.Backends;

namespace IoMerge.Traces;

/// <summary>
/// What holds for every record of every trace, whatever the format: the one place that readers, writers and converters
/// ask. It knows no bytes and no text.
/// </summary>
internal static class TraceRules
{
    /// <summary>Longest trace, in nanoseconds: ten years. A later time is damage, or counts from an epoch.</summary>
    public const long MaxTimeNs = 10L * 365 * 24 * 3600 * 1_000_000_000;

    /// <summary>Most volumes of a trace.</summary>
    public const int MaxVolumes = 4096;

    /// <summary>Longest name of a volume, in bytes of UTF-8: that of a path.</summary>
    public const int MaxNameBytes = 4096;

    /// <summary>All flags that exist.</summary>
    public const IoFlags AllFlags = IoFlags.DataSync | IoFlags.Sync | IoFlags.Unmap | IoFlags.KeepSize;

    /// <summary>What is wrong with a record; null when nothing is.</summary>
    /// <param name="record">The record.</param>
    /// <param name="volumes">Number of volumes of the trace.</param>
    /// <param name="lastTimeNs">Time of the record before, 0 for the first.</param>
    public static string? Check(in TraceRecord record, int volumes, long lastTimeNs)
    {
        if ((uint)record.Volume >= (uint)volumes)
            return $"there is no volume {record.Volume}, the trace has {volumes}";
        if (record.Kind > IoKind.Resize)
            return $"{(int)record.Kind} is no kind of request";
        if ((record.Flags & ~AllFlags) != 0)
            return $"0x{(int)record.Flags:x} has unknown flags";
        if (record.TimeNs > MaxTimeNs)
            return $"{record.TimeNs} ns is no time within ten years";
        if (record.TimeNs < lastTimeNs)
            return $"time goes back, from {lastTimeNs} ns to {record.TimeNs} ns";
        if (!Extent.TryCreate(record.Offset, record.Length, out _))
            return $"offset {record.Offset} and length {record.Length} are no range of bytes";
        return record.CallerPid < 0 ? $"{record.CallerPid} is no process" : CheckLength(record);
    }

    /// <summary>What is wrong with the volumes of a trace; null when nothing is.</summary>
    public static string? Check(IReadOnlyList<TraceVolume> volumes)
    {
        if (volumes.Count is 0 or > MaxVolumes)
            return $"a trace has 1 to {MaxVolumes} volumes, not {volumes.Count}";
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (TraceVolume volume in volumes)
        {
            int bytes = System.Text.Encoding.UTF8.GetByteCount(volume.Name);
            if (bytes is 0 or > MaxNameBytes)
                return $"the name of a volume has 1 to {MaxNameBytes} bytes, not {bytes}";
            if (!names.Add(volume.Name))
                return $"two volumes are named \"{volume.Name}\"";
            if (volume.Size < 0)
                return $"volume \"{volume.Name}\" cannot have {volume.Size} bytes";
        }
        return null;
    }

    private static string? CheckLength(in TraceRecord record)
    {
        bool hasLength = record.Kind is not (IoKind.Flush or IoKind.Resize);
        if (hasLength == record.Length > 0)
            return null;
        string kind = record.Kind.ToString().ToLowerInvariant();
        return hasLength ? $"a {kind} of no bytes" : $"a {kind} has no length, not {record.Length}";
    }
}
