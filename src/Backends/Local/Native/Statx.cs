using System.Runtime.InteropServices;

namespace IoMerge.Backends.Local.Native;

/// <summary><c>struct statx</c> of linux/stat.h, the members that are used here at their offsets.</summary>
[StructLayout(LayoutKind.Explicit, Size = 256)]
internal struct Statx
{
    internal const uint STATX_BASIC_STATS = 0x7FF;
    internal const uint STATX_DIOALIGN = 0x2000;
    internal const int S_IFMT = 0xF000;
    internal const int S_IFDIR = 0x4000;
    internal const int S_IFBLK = 0x6000;
    internal const int S_IFREG = 0x8000;

    [FieldOffset(0)] internal uint stx_mask;
    [FieldOffset(28)] internal ushort stx_mode;
    [FieldOffset(40)] internal ulong stx_size;
    [FieldOffset(128)] internal uint stx_rdev_major;
    [FieldOffset(132)] internal uint stx_rdev_minor;
    [FieldOffset(152)] internal uint stx_dio_mem_align;
    [FieldOffset(156)] internal uint stx_dio_offset_align;
}
