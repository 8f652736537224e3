using IoMerge.Backends.Rbd.Native;

namespace IoMerge.Backends.Rbd;

/// <summary>What the operations of one image share: the image, and who hears of trouble and of faults.</summary>
/// <param name="image">librbd's handle of the image.</param>
/// <param name="trouble">Hears of every error that librbd reports.</param>
internal sealed class ImageCalls(nint image, TroubleReport trouble)
{
    private Exception? _fault;

    /// <summary>Who hears of errors.</summary>
    internal TroubleReport Trouble => trouble;

    /// <summary>The first unexpected exception; null while there was none.</summary>
    internal Exception? Fault => Volatile.Read(ref _fault);

    /// <summary>Keeps an exception that nobody expected.</summary>
    internal void Remember(Exception fault) => Interlocked.CompareExchange(ref _fault, fault, null);

    /// <summary>
    /// Starts what an operation asks for; its end comes by the completion unless the result is below 0.
    /// </summary>
    /// <param name="kind">What.</param>
    /// <param name="extent">Where.</param>
    /// <param name="vector">The memory of a transfer.</param>
    /// <param name="count">Entries of <paramref name="vector"/>.</param>
    /// <param name="unmap">Whether a zero may free the space.</param>
    /// <param name="completion">librbd's completion.</param>
    internal unsafe int Start(
        IoKind kind, Extent extent, IoSegment* vector, int count, bool unmap, nint completion) => kind switch
    {
        IoKind.Read => RbdCalls.rbd_aio_readv(image, vector, count, (ulong)extent.Offset, completion),
        IoKind.Write => RbdCalls.rbd_aio_writev(image, vector, count, (ulong)extent.Offset, completion),
        IoKind.Discard => RbdCalls.rbd_aio_discard(image, (ulong)extent.Offset, (ulong)extent.Length, completion),
        IoKind.Zero => RbdCalls.rbd_aio_write_zeroes(
            image, (ulong)extent.Offset, (nuint)extent.Length, completion,
            unmap ? 0 : RbdCalls.RBD_WRITE_ZEROES_FLAG_THICK_PROVISION, 0),
        _ => RbdCalls.rbd_aio_flush(image, completion),
    };
}
