using System.Runtime.InteropServices;

namespace IoMerge.Backends.Rbd.Native;

/// <summary><c>rbd_image_info_t</c>: what an image is. Only the sizes are used.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct RbdImageInfo
{
    internal ulong size;
    internal ulong obj_size;
    internal ulong num_objs;
    internal int order;
    internal fixed byte block_name_prefix[24];
    internal long parent_pool;
    internal fixed byte parent_name[96];
}
