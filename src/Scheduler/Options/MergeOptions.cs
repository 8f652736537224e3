using IoMerge.Backends;

namespace IoMerge.Scheduler;

/// <summary>How far merging goes; the kernel's <c>nomerges</c>, the right way round.</summary>
public enum MergeLevel
{
    /// <summary>Nothing is merged: queueing and ordering only. The honest baseline.</summary>
    Off,

    /// <summary>Only requests that arrived one directly after the other (the kernel's one-hit cache).</summary>
    Last,

    /// <summary>Any neighbours in the queue.</summary>
    All,
}

/// <summary>What may travel together. The backend's own limits always win.</summary>
public sealed record MergeOptions
{
    /// <summary>How far merging goes.</summary>
    public MergeLevel Level { get; set; } = MergeLevel.All;

    /// <summary>Most bytes of a merged operation, 4 KiB to 1 GiB. A limit, not an aim.</summary>
    public ByteSize MaxBytes { get; set; } = 1L << 20;

    /// <summary>Most requests of a merged operation, 1 to 4096.</summary>
    public int MaxRequests { get; set; } = 256;

    /// <summary>Most memory segments of a merged operation, 1 to 1024.</summary>
    public int MaxSegments { get; set; } = 256;

    /// <summary>
    /// Reads no farther apart than this, in bytes, are bridged and the gap thrown away; 0 to 16 MiB. Writes never are.
    /// </summary>
    public ByteSize ReadGapBytes { get; set; } = 0;

    /// <summary>No merged operation crosses a multiple of it; 0 for none, else a multiple of 512.</summary>
    public ByteSize Boundary { get; set; } = 0;
}
