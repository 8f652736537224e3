namespace IoMerge.Mount.Configuration;

/// <summary>Where and how the volumes are shown. Section <c>Mount</c>.</summary>
internal sealed record MountOptions
{
    /// <summary>
    /// An existing empty directory, or <c>/dev/fd/N</c>, an open FUSE channel; empty when not yet known.
    /// </summary>
    public string MountPoint { get; init; } = "";

    /// <summary>First column of <c>/proc/mounts</c>.</summary>
    public string FsName { get; init; } = "iomerge";

    /// <summary>Whether users other than the one who mounts may enter.</summary>
    public bool AllowOther { get; init; }

    /// <summary>Whether the mount and all its volumes refuse changes.</summary>
    public bool ReadOnly { get; init; }

    /// <summary>Whether what a dead process left mounted at the mount point is removed first.</summary>
    public bool CleanStale { get; init; }

    /// <summary>How long, in milliseconds, a stop waits for those who still have volumes open.</summary>
    public int BusyTimeoutMs { get; init; } = 10_000;

    /// <summary>File that gets the schedulers' books as JSON; empty for none.</summary>
    public string Summary { get; init; } = "";

    /// <summary>The file to which arrivals are recorded; empty when they are not.</summary>
    public string Record { get; init; } = "";
}
