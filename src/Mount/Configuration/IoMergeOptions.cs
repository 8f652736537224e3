using IoMerge.Mount.Fuse;
using IoMerge.Scheduler;

namespace IoMerge.Mount.Configuration;

/// <summary>The whole configuration, checked: every value is allowed and every default filled in.</summary>
internal sealed record IoMergeOptions
{
    /// <summary>Section <c>Mount</c>.</summary>
    public required MountOptions Mount { get; init; }

    /// <summary>Section <c>Fuse</c>.</summary>
    public required FuseOptions Fuse { get; init; }

    /// <summary>Section <c>Scheduler</c>: what holds for volumes that say nothing else.</summary>
    public required SchedulerOptions Scheduler { get; init; }

    /// <summary>Section <c>Volumes</c>, in the order in which they were written.</summary>
    public required IReadOnlyList<VolumeConfiguration> Volumes { get; init; }

    /// <summary>Section <c>Logging</c>.</summary>
    public required LoggingOptions Logging { get; init; }
}
