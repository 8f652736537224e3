using IoMerge.Mount.Fuse.Protocol;
using IoMerge.Mount.Volumes;

namespace IoMerge.Mount.Fuse.Dispatch;

/// <summary>
/// Tells open(O_TRUNC) from truncate(2) on a volume whose size is fixed: as on a device, the former is ignored ("dd
/// of=…" does it), the latter is refused. Without FUSE_ATOMIC_O_TRUNC the kernel sends FUSE_OPEN and then, from the
/// same
/// thread, a FUSE_SETATTR of size 0 without a file handle. Any thread.
/// </summary>
internal sealed class OpenTruncation(VolumeTable volumes)
{
    private readonly uint[] _lastWriter = new uint[volumes.Count];

    /// <summary>Notes that a thread has opened a volume for writing.</summary>
    public void Opened(int index, uint pid) => Volatile.Write(ref _lastWriter[index], pid);

    /// <summary>True when a truncation belongs to the open just before it.</summary>
    public bool IsOpen(Volume volume, in fuse_setattr_in set, uint pid) =>
        set.size == 0 && (set.valid & FuseConstants.FATTR_FH) == 0
        && Volatile.Read(ref _lastWriter[volumes.All.IndexOf(volume)]) == pid;
}
