namespace IoMerge.Backends;

/// <summary>
/// One contiguous piece of unmanaged (or pinned) memory. The layout is that of <c>struct iovec</c>, so that an array of
/// segments goes to the kernel as it is.
/// </summary>
/// <param name="Address">First byte; valid until the operation that carries the segment has completed.</param>
/// <param name="Length">Number of bytes, greater than 0.</param>
public readonly record struct IoSegment(nint Address, nint Length);
