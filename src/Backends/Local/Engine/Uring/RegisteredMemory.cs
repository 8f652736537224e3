namespace IoMerge.Backends.Local;

/// <summary>A stretch of memory whose pages the kernel keeps hold of for a ring.</summary>
/// <param name="Address">The first byte.</param>
/// <param name="Length">In bytes.</param>
internal sealed record RegisteredMemory(nint Address, nint Length)
{
    /// <summary>True when all of a segment lies in it.</summary>
    internal bool Holds(IoSegment segment) => segment.Address >= Address && segment.Length <= Length
        && segment.Address - Address <= Length - segment.Length;
}
