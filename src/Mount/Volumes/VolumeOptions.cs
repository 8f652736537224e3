namespace IoMerge.Mount.Volumes;

/// <summary>How a volume shows itself as a file: who may do what with it.</summary>
public sealed record VolumeOptions
{
    /// <summary>Permission bits of the file, 0 to 0777. In configuration an octal text ("0600").</summary>
    public uint Mode { get; set; } = 0x180; // 0600

    /// <summary>Owner of the file, a user id.</summary>
    public uint Uid { get; set; }

    /// <summary>Group of the file, a group id.</summary>
    public uint Gid { get; set; }

    /// <summary>True when everything that would change the volume fails with EROFS, whatever the store
    /// allows.</summary>
    public bool ReadOnly { get; set; }
}
