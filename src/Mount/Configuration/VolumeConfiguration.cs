using IoMerge.Mount.Volumes;

namespace IoMerge.Mount.Configuration;

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
