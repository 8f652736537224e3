namespace IoMerge.Benchmark.Runs;

/// <summary>In which order a client walks over the volume.</summary>
public enum AccessPattern
{
    /// <summary>Rising offsets without a gap; with several streams, each in a part of the volume of its own.</summary>
    Sequential,

    /// <summary>Anywhere, evenly distributed.</summary>
    Random,

    /// <summary>Rising offsets, <see cref="WorkloadSpec.StrideBytes"/> from one start to the next.</summary>
    Strided,

    /// <summary>Falling offsets without a gap.</summary>
    Reverse,

    /// <summary>Anywhere within <see cref="WorkloadSpec.HotBytes"/>, so that requests overlap all the time.</summary>
    HotOverlap,
}

/// <summary>
/// What the clients do in a round: a plain description that fio, the in-process runner and a replay can each carry out.
/// Either the pattern and its numbers count, or one of <see cref="FioJobFile"/> and <see cref="TraceFile"/>.
/// </summary>
public sealed record WorkloadSpec
{
    /// <summary>Short and unique, such as <c>seqread-4k-qd32</c>.</summary>
    public required string Name { get; init; }

    /// <summary>A sentence for a person.</summary>
    public required string Description { get; init; }

    /// <summary>Where the requests go.</summary>
    public AccessPattern Pattern { get; init; }

    /// <summary>Part of the requests that read, 0 to 100; the others write.</summary>
    public int ReadPercent { get; init; } = 100;

    /// <summary>Bytes of one request; a positive multiple of 512.</summary>
    public int BlockBytes { get; init; } = 4096;

    /// <summary>Requests that each stream keeps outstanding, at least 1.</summary>
    public int Depth { get; init; } = 32;

    /// <summary>Clients side by side, each a process or task of its own, at least 1.</summary>
    public int Streams { get; init; } = 1;

    /// <summary>Bytes from one request's start to the next one's; for <see cref="AccessPattern.Strided"/>.</summary>
    public long StrideBytes { get; init; }

    /// <summary>Bytes of the hot range; for <see cref="AccessPattern.HotOverlap"/>.</summary>
    public long HotBytes { get; init; }

    /// <summary>A flush after so many writes of a stream; 0 for none.</summary>
    public int FlushEvery { get; init; }

    /// <summary>A job file of fio that says all this instead; null for none.</summary>
    public string? FioJobFile { get; init; }

    /// <summary>A recorded trace that says all this instead; null for none.</summary>
    public string? TraceFile { get; init; }
}
