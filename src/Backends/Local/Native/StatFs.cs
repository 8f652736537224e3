using System.Runtime.InteropServices;

namespace IoMerge.Backends.Local.Native;

/// <summary><c>struct statfs</c> of a 64-bit Linux; only the type of the file system is used.</summary>
[StructLayout(LayoutKind.Explicit, Size = 120)]
internal struct StatFs
{
    [FieldOffset(0)] internal long f_type;
}
