using IoMerge.Mount.Fuse.Protocol;

namespace IoMerge.Mount.Volumes;

/// <summary>
/// The volumes of a mount by node id and by name. Node 1 is the root directory, the volumes follow in the order they
/// were given. Nodes live as long as the mount, so the kernel's lookup counts need no keeping. Immutable.
/// </summary>
internal sealed class VolumeTable
{
    private const ulong FirstNode = FuseConstants.FUSE_ROOT_ID + 1;

    private readonly Volume[] _volumes;

    /// <summary>Numbers the volumes.</summary>
    /// <exception cref="ArgumentException">Two have the same name, or there is none.</exception>
    public VolumeTable(IReadOnlyList<Volume> volumes)
    {
        if (volumes.Count == 0)
            throw new ArgumentException("A mount needs one volume at least.", nameof(volumes));
        string? twice = volumes.GroupBy(volume => volume.Name).FirstOrDefault(group => group.Count() > 1)?.Key;
        if (twice is not null)
            throw new ArgumentException($"Two volumes are named \"{twice}\"; names must differ.", nameof(volumes));
        _volumes = [.. volumes];
    }

    /// <summary>Number of volumes.</summary>
    public int Count => _volumes.Length;

    /// <summary>The volumes in order.</summary>
    public ReadOnlySpan<Volume> All => _volumes;

    /// <summary>The node id of the volume at an index.</summary>
    public static ulong NodeOf(int index) => FirstNode + (ulong)index;

    /// <summary>Finds a volume by node id.</summary>
    /// <returns>Its index, or -1.</returns>
    public int IndexOf(ulong nodeid) =>
        nodeid >= FirstNode && nodeid - FirstNode < (ulong)_volumes.Length ? (int)(nodeid - FirstNode) : -1;

    /// <summary>Finds a volume by name.</summary>
    /// <returns>Its index, or -1.</returns>
    public int IndexOf(ReadOnlySpan<byte> name)
    {
        for (int index = 0; index < _volumes.Length; index++)
        {
            if (_volumes[index].NameBytes.SequenceEqual(name))
                return index;
        }
        return -1;
    }
}
