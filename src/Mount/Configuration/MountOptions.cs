using IoMerge.Mount.Volumes;

namespace IoMerge.Mount.Configuration;

/// <summary>Where and how the volumes are shown. Section <c>Mount</c>.</summary>
internal sealed record MountOptions
{
    /// <summary>An existing empty directory, or <c>/dev/fd/N</c>, an open FUSE channel; empty when not yet known.</summary>
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
}

/// <summary>What gets logged. Section <c>Logging</c>, in the form that .NET programs share.</summary>
internal sealed record LoggingOptions
{
    /// <summary>The least important level shown, for categories that begin with the key; <c>Default</c> for all.</summary>
    public IReadOnlyDictionary<string, Microsoft.Extensions.Logging.LogLevel> LogLevel { get; init; } =
        new Dictionary<string, Microsoft.Extensions.Logging.LogLevel>
        {
            ["Default"] = Microsoft.Extensions.Logging.LogLevel.Warning,
        };
}

/// <summary>A backend or decorator as configured: which kind, and the options of that kind.</summary>
/// <param name="Kind">The kind's name.</param>
/// <param name="Options">The options; their type belongs to the kind.</param>
internal sealed record ConfiguredKind(string Kind, object Options);

/// <summary>Who may do what with a volume. Keys directly below <c>Volumes:NAME</c>.</summary>
internal sealed record VolumeAccess
{
    /// <summary>Permission bits.</summary>
    public uint Mode { get; init; } = Convert.ToUInt32("0600", 8);

    /// <summary>Name or number of the owner; empty for the user who mounts.</summary>
    public string Owner { get; init; } = "";

    /// <summary>Name or number of the group; empty for the group of the user who mounts.</summary>
    public string Group { get; init; } = "";

    /// <summary>Whether the volume refuses changes and its store is opened for reading only.</summary>
    public bool ReadOnly { get; init; }
}

/// <summary>One volume as configured. Section <c>Volumes:NAME</c>.</summary>
internal sealed record VolumeConfiguration
{
    /// <summary>Name of the file that shows the volume.</summary>
    public required string Name { get; init; }

    /// <summary>The store.</summary>
    public required ConfiguredKind Backend { get; init; }

    /// <summary>What is wrapped around the store, from inside to outside.</summary>
    public required IReadOnlyList<ConfiguredKind> Decorators { get; init; }

    /// <summary>Who may do what, as written.</summary>
    public required VolumeAccess Access { get; init; }

    /// <summary>The same with names resolved, as the volume takes it.</summary>
    public required VolumeOptions Options { get; init; }

    /// <summary>The elevator's settings: the common ones with this volume's on top.</summary>
    public required Scheduler.SchedulerOptions Scheduler { get; init; }
}
