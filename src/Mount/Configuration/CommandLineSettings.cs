namespace IoMerge.Mount.Configuration;

/// <summary>What the command line says about the configuration, as it was written.</summary>
internal sealed record CommandLineSettings
{
    /// <summary>The JSON file of <c>--config</c>; null when there is none.</summary>
    public string? ConfigFile { get; init; }

    /// <summary>The mount point; null when there is none.</summary>
    public string? MountPoint { get; init; }

    /// <summary><c>--volume NAME=SPEC</c>, each as written.</summary>
    public IReadOnlyList<string> Volumes { get; init; } = [];

    /// <summary>The policy of <c>--policy</c> for all volumes; null when there is none.</summary>
    public string? Policy { get; init; }

    /// <summary><c>--set KEY=VALUE</c>, each as written.</summary>
    public IReadOnlyList<string> Sets { get; init; } = [];

    /// <summary>Settings that have an option of their own, with the option's name as origin.</summary>
    public IReadOnlyList<(string Key, string Value, string Option)> Switches { get; init; } = [];
}
