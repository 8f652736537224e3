using IoMerge.Backends.Rbd.Native;

namespace IoMerge.Backends.Rbd;

/// <summary>
/// Everything of librados and librbd that one open image needs, and what is known of the image. Closing waits for the
/// cluster and is done once, by whoever owns it.
/// </summary>
internal sealed class OpenImage
{
    private nint _cluster;
    private nint _context;

    /// <summary>The image; 0 before it is open.</summary>
    internal nint Handle { get; private set; }

    /// <summary>What the image was at opening.</summary>
    internal ImageFacts Facts { get; private set; } = new(0, 0, 0, 0);

    /// <summary>Takes over the cluster that will be connected to.</summary>
    internal void Own(nint cluster) => _cluster = cluster;

    /// <summary>Takes over the pool's context.</summary>
    internal void OwnPool(nint context) => _context = context;

    /// <summary>Takes over the image.</summary>
    internal void OwnImage(nint image) => Handle = image;

    /// <summary>Asks the open image for its facts.</summary>
    internal unsafe Errno Learn()
    {
        RbdImageInfo info;
        int error = RbdCalls.rbd_stat(Handle, &info, (nuint)sizeof(RbdImageInfo));
        ulong stripes = 1, features = 0;
        if (error >= 0)
            error = RbdCalls.rbd_get_stripe_count(Handle, out stripes);
        if (error >= 0)
            error = RbdCalls.rbd_get_features(Handle, out features);
        if (error < 0)
            return new Errno(-error);
        Facts = new ImageFacts(info.size, info.obj_size, stripes, features);
        return Errno.None;
    }

    /// <summary>Closes what is open, in the opposite order.</summary>
    /// <returns>What closing the image failed with: its lock or its watch may linger.</returns>
    internal Errno Close()
    {
        int error = Handle == 0 ? 0 : RbdCalls.rbd_close(Handle);
        Handle = 0;
        if (_context != 0)
            RadosCalls.rados_ioctx_destroy(_context);
        _context = 0;
        if (_cluster != 0)
            RadosCalls.rados_shutdown(_cluster);
        _cluster = 0;
        return new Errno(error < 0 ? -error : 0);
    }
}

/// <summary>What is known of an image.</summary>
/// <param name="Size">Bytes.</param>
/// <param name="ObjectSize">Bytes of one object.</param>
/// <param name="StripeCount">Objects over which bytes are striped; 1: one object after the other.</param>
/// <param name="Features">Bits as librbd numbers them.</param>
internal sealed record ImageFacts(ulong Size, ulong ObjectSize, ulong StripeCount, ulong Features);
