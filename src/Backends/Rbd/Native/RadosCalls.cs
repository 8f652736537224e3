using System.Runtime.InteropServices;

namespace IoMerge.Backends.Rbd.Native;

/// <summary>librados' functions, those that are used. Nothing but declarations; results below 0 are -errno.</summary>
internal static unsafe partial class RadosCalls
{
    private const string Library = CephLibraries.Rados;

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int rados_create(out nint cluster, string? id);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int rados_conf_read_file(nint cluster, string? path);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int rados_conf_set(nint cluster, string option, string value);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int rados_conf_get(nint cluster, string option, byte* value, nuint length);

    [LibraryImport(Library)]
    internal static partial int rados_connect(nint cluster);

    [LibraryImport(Library)]
    internal static partial void rados_shutdown(nint cluster);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int rados_ioctx_create(nint cluster, string pool, out nint context);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial void rados_ioctx_set_namespace(nint context, string name);

    [LibraryImport(Library)]
    internal static partial void rados_ioctx_destroy(nint context);
}
