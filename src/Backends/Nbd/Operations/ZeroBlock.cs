using System.Runtime.InteropServices;

namespace IoMerge.Backends.Nbd;

/// <summary>Zeros to send, for servers that cannot write zeros by themselves. Never written, never freed.</summary>
internal static unsafe class ZeroBlock
{
    private const int Bytes = 64 << 10;
    private static readonly nint s_address = (nint)NativeMemory.AllocZeroed(Bytes);

    /// <summary>Lists the zeros again and again.</summary>
    internal static int List(uint bytes, Span<IoSegment> target, out uint listed)
    {
        int count = 0;
        for (listed = 0; listed < bytes && count < target.Length; count++)
        {
            uint length = Math.Min(Bytes, bytes - listed);
            target[count] = new IoSegment(s_address, (nint)length);
            listed += length;
        }
        return count;
    }
}
