using System.Runtime.InteropServices;

namespace IoMerge.Mount.Fuse.Memory;

/// <summary>Memory of just one payload's size, for when no slab is free.</summary>
internal sealed unsafe class ExactPayload : PayloadOwner
{
    private static readonly ExactPayload Instance = new();

    /// <summary>Copies a payload.</summary>
    /// <returns>Null when there is no memory.</returns>
    public static PayloadOwner? TryCopy(nint source, int length, int alignment, out nint copy)
    {
        copy = AlignedMemory.TryAllocate(length, alignment);
        if (copy == 0)
            return null;
        NativeMemory.Copy((void*)source, (void*)copy, (nuint)length);
        return Instance;
    }

    /// <inheritdoc/>
    public override void Release(nint address) => NativeMemory.AlignedFree((void*)address);
}

/// <summary>Native memory at a multiple of an alignment, without an exception when there is none.</summary>
internal static unsafe class AlignedMemory
{
    /// <summary>Allocates; release with <see cref="NativeMemory.AlignedFree"/>.</summary>
    /// <returns>0 when there is no memory.</returns>
    public static nint TryAllocate(int bytes, int alignment)
    {
        try
        {
            return (nint)NativeMemory.AlignedAlloc((nuint)bytes, (nuint)alignment);
        }
        catch (OutOfMemoryException)
        {
            return 0;
        }
    }
}
