namespace IoMerge.Benchmark.Mounted.Stores;

/// <summary>A store that is there, for one column alone: servers lock what they serve.</summary>
/// <param name="Name">What it is.</param>
/// <param name="VolumeSpec">What <c>--volume disk=</c> takes; null for a volume of the configuration.</param>
/// <param name="Path">The file or device for those who go without iomerge; null where there is none.</param>
/// <param name="Bytes">How much of it is used.</param>
internal sealed record PreparedStore(StoreName Name, string? VolumeSpec, string? Path, long Bytes) : IDisposable
{
    /// <summary>Whether transfers go past the page cache.</summary>
    public bool IsDirect => Name.Medium is StoreMedium.DiskFile or StoreMedium.Loop;

    /// <summary>The loop device behind <see cref="Path"/>, if it is one.</summary>
    public LoopDevice? Device { get; init; }

    /// <summary>The throttle on it, if there is one.</summary>
    public IoThrottle? Throttle { get; init; }

    /// <summary>The socket of the NBD server behind it; null where there is none.</summary>
    public string? Socket { get; init; }

    /// <summary>That server, which ends with the store.</summary>
    public NbdkitServer? Server { get; init; }

    /// <summary>What fio is told to reach it without iomerge, for an image of a Ceph cluster.</summary>
    public CephImageName? Image { get; init; }

    /// <summary>The folder with its file; empty for none.</summary>
    public string Folder { get; init; } = "";

    public void Dispose()
    {
        Throttle?.Dispose();
        Device?.Dispose();
        Server?.Dispose();
        if (Folder.Length > 0)
            Workspace.Remove(Folder);
    }
}
