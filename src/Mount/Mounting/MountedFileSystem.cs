namespace IoMerge.Mount.Mounting;

/// <summary>An open channel to the kernel and the place where it is mounted.</summary>
/// <param name="Descriptor">The descriptor of <c>/dev/fuse</c>; whoever gets this object owns it.</param>
/// <param name="MountPoint">Where it is mounted; null when an open channel was handed over and somebody else
/// mounts.</param>
/// <param name="Device">Its number in the mount table; null like <paramref name="MountPoint"/>.</param>
internal sealed record MountedFileSystem(int Descriptor, string? MountPoint, string? Device);
