namespace IoMerge.Benchmark.Mounted;

/// <summary>What mounted runs need to know about the machine and the user's wishes.</summary>
public sealed record MountedOptions
{
    /// <summary>The words that start iomerge: its path, or the .NET host and the path of its assembly.</summary>
    public required IReadOnlyList<string> Program { get; init; }

    /// <summary>A folder on the disk that is to be measured.</summary>
    public string DiskFolder { get; init; } = "/var/tmp";

    /// <summary>A folder on a tmpfs.</summary>
    public string MemoryFolder { get; init; } = "/dev/shm";

    /// <summary>
    /// Bytes of each volume that is made, and most that is used of one that exists; a multiple of 1 MiB.
    /// </summary>
    public long VolumeBytes { get; init; } = 512L << 20;

    /// <summary>The configuration that has the volumes of stores named <c>config:NAME</c>; null for none.</summary>
    public string? ConfigFile { get; init; }

    /// <summary>Whether what is in those volumes may be overwritten; without it they are mounted read-only.</summary>
    public bool MayOverwrite { get; init; }
}
