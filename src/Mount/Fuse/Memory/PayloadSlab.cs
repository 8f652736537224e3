namespace IoMerge.Mount.Fuse.Memory;

/// <summary>
/// A large piece of page-aligned memory that payloads are received into one behind the other, so that a burst of small
/// writes lies in one piece and small writes don't hold large buffers. It returns to its pool when neither a reader
/// nor a payload needs it any longer.
/// </summary>
/// <remarks>
/// Safety: the reader that rented it holds one reference and is the only one to take further ones, so the count cannot
/// rise from zero; memory is reused only at a count of zero, or by that reader when its own reference is the last.
/// </remarks>
internal sealed class PayloadSlab(PayloadPool pool, nint address) : PayloadOwner
{
    private int _references;

    /// <summary>First byte.</summary>
    public nint Address { get; } = address;

    /// <summary>True when no payload is in use. Only for the reader that rented it.</summary>
    public bool HoldsNothing => Volatile.Read(ref _references) == 1;

    /// <summary>Gives the first reference to a reader.</summary>
    public void Lend() => Volatile.Write(ref _references, 1);

    /// <summary>Takes a reference for one payload. Only for the reader that rented it.</summary>
    public void Retain() => Interlocked.Increment(ref _references);

    /// <inheritdoc/>
    public override void Release(nint address) => Release();

    /// <summary>Drops one reference.</summary>
    public void Release()
    {
        if (Interlocked.Decrement(ref _references) == 0)
            pool.Return(this);
    }
}
