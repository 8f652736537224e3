using System.Runtime.InteropServices;
using IoMerge.Backends;

namespace IoMerge.Mount.Fuse.Memory;

/// <summary>
/// Where one reader's next message lands. A payload that is kept stays where it is and the place moves on behind it;
/// one
/// that is not kept is overwritten by the next message. Not thread-safe: each reader has its own.
/// </summary>
/// <remarks>
/// When all slabs are held by requests that take long, messages land in a spare buffer, and a payload that is kept is
/// copied out of it into memory of just its size: memory stays bounded by the bytes admitted, and INTERRUPT, FORGET and
/// FLUSH can still be received.
/// </remarks>
internal sealed unsafe class PayloadLanding : IDisposable
{
    private readonly PayloadPool _pool;
    private readonly int _room;
    private readonly int _pageSize = Environment.SystemPageSize;
    private PayloadSlab? _slab;
    private nint _spare;
    private int _cursor;
    private bool _lastIsPrivate;

    /// <summary>A place for messages whose payload is never longer than the room.</summary>
    /// <param name="pool">Where slabs come from; each must have the room at least.</param>
    /// <param name="room">Bytes that must be free before each receive.</param>
    public PayloadLanding(PayloadPool pool, int room)
    {
        if (pool.SlabBytes < room)
            throw new ArgumentException($"Slabs of {pool.SlabBytes} bytes have no room for {room}.", nameof(pool));
        _pool = pool;
        _room = room;
    }

    /// <summary>The place for the next payload; page-aligned, with the room free behind it. 0 when there is no
    /// memory.</summary>
    public nint Prepare()
    {
        if (_slab is not null && _slab.HoldsNothing)
        {
            MemoryPoison.Fill(_slab.Address, _cursor);
            _cursor = 0; // the memory that is hot in the caches
        }
        if (_slab is not null && _pool.SlabBytes - _cursor >= _room)
            return _slab.Address + _cursor;
        _slab?.Release();
        _lastIsPrivate = false;
        _slab = _pool.TryRent();
        _cursor = 0;
        return _slab?.Address ?? PrepareSpare();
    }

    /// <summary>
    /// After <see cref="Prepare"/>: true when the <see cref="PayloadPool.LeadBytes"/> before the place hold nobody's
    /// payload, so that the message's head may land there.
    /// </summary>
    public bool HasLead => _slab is not null && _cursor == 0;

    /// <summary>
    /// After <see cref="Prepare"/>: true when the bytes before the place are a payload that nobody but the reader has
    /// seen yet, so that it may use them for a moment if it puts them back.
    /// </summary>
    public bool CanBorrowLead => _lastIsPrivate && _slab is not null && _cursor > 0;

    /// <summary>Keeps the payload that has just landed.</summary>
    /// <param name="length">Its bytes, greater than 0.</param>
    /// <param name="address">Where it is now.</param>
    /// <returns>Who must be told when it is no longer needed; null when there is no memory to keep it in.</returns>
    public PayloadOwner? TryKeep(int length, out nint address)
    {
        if (_slab is null)
            return TryKeepCopy(length, out address);
        address = _slab.Address + _cursor;
        _slab.Retain();
        _lastIsPrivate = true;
        _cursor += (length + _pageSize - 1) & -_pageSize;
        return _slab;
    }

    /// <summary>What was kept so far is in the hands of others from now on.</summary>
    public void Publish() => _lastIsPrivate = false;

    /// <inheritdoc/>
    public void Dispose()
    {
        _slab?.Release();
        _slab = null;
        NativeMemory.AlignedFree((void*)_spare);
        _spare = 0;
    }

    private PayloadOwner? TryKeepCopy(int length, out nint address)
    {
        PayloadOwner? owner = ExactPayload.TryCopy(_spare, length, _pageSize, out address);
        MemoryPoison.Fill(_spare, length);
        return owner;
    }

    private nint PrepareSpare()
    {
        if (_spare == 0)
            _spare = AlignedMemory.TryAllocate(_room, _pageSize);
        return _spare;
    }
}
