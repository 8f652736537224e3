using System.Runtime.InteropServices;

namespace IoMerge.Backends.Rbd.Native;

/// <summary>librbd's functions, those that are used. Nothing but declarations; results below 0 are -errno.</summary>
/// <remarks>
/// A call that starts an operation keeps the vector of a read until the operation's end, and none of a write: the bytes
/// of a write are copied before the call returns (rbd_disable_zero_copy_writes).
/// </remarks>
internal static unsafe partial class RbdCalls
{
    internal const int RBD_LOCK_MODE_EXCLUSIVE = 0;
    internal const ulong RBD_FEATURE_EXCLUSIVE_LOCK = 1 << 2;
    internal const int RBD_WRITE_ZEROES_FLAG_THICK_PROVISION = 1;

    private const string Library = CephLibraries.Rbd;

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int rbd_open(nint context, string name, out nint image, string? snapshot);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int rbd_open_read_only(nint context, string name, out nint image, string? snapshot);

    [LibraryImport(Library)]
    internal static partial int rbd_close(nint image);

    [LibraryImport(Library)]
    internal static partial int rbd_stat(nint image, RbdImageInfo* info, nuint size);

    [LibraryImport(Library)]
    internal static partial int rbd_get_size(nint image, out ulong size);

    [LibraryImport(Library)]
    internal static partial int rbd_get_features(nint image, out ulong features);

    [LibraryImport(Library)]
    internal static partial int rbd_get_stripe_count(nint image, out ulong count);

    [LibraryImport(Library)]
    internal static partial int rbd_lock_acquire(nint image, int mode);

    [LibraryImport(Library)]
    internal static partial int rbd_update_watch(
        nint image, out ulong handle, delegate* unmanaged[Cdecl]<nint, void> callback, nint argument);

    [LibraryImport(Library)]
    internal static partial int rbd_update_unwatch(nint image, ulong handle);

    [LibraryImport(Library)]
    internal static partial int rbd_aio_create_completion(
        nint argument, delegate* unmanaged[Cdecl]<nint, nint, void> callback, nint* completion);

    [LibraryImport(Library)]
    internal static partial nint rbd_aio_get_return_value(nint completion);

    [LibraryImport(Library)]
    internal static partial void rbd_aio_release(nint completion);

    [LibraryImport(Library)]
    internal static partial int rbd_aio_readv(
        nint image, IoSegment* vector, int count, ulong offset, nint completion);

    [LibraryImport(Library)]
    internal static partial int rbd_aio_writev(
        nint image, IoSegment* vector, int count, ulong offset, nint completion);

    [LibraryImport(Library)]
    internal static partial int rbd_aio_discard(nint image, ulong offset, ulong length, nint completion);

    [LibraryImport(Library)]
    internal static partial int rbd_aio_write_zeroes(
        nint image, ulong offset, nuint length, nint completion, int zeroFlags, int operationFlags);

    [LibraryImport(Library)]
    internal static partial int rbd_aio_flush(nint image, nint completion);
}
