using System.Runtime.InteropServices;
using IoMerge.Backends;

namespace IoMerge.Traces.Recording;

/// <summary>One arrival on its way from a reader to the file: 32 bytes, two to a cache line.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct Arrival
{
    /// <summary>When, in ticks of the recorder's clock.</summary>
    public long Ticks;

    public long Offset;
    public long Length;
    public int CallerPid;
    public short Volume;
    public IoKind Kind;
    public IoFlags Flags;
}
