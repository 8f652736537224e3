namespace IoMerge.Mount.Configuration;

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
