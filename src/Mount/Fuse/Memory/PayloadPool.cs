using IoMerge.Backends;
using Tmds.Linux;

namespace IoMerge.Mount.Fuse.Memory;

/// <summary>
/// The slabs of a session: bounded in number, reused while hot, and given back to the system when more than a few lie
/// idle. Asked once per slab, not per request, so a plain lock is enough.
/// </summary>
internal sealed unsafe class PayloadPool : IDisposable
{
    /// <summary>Idle slabs that are kept for the next burst.</summary>
    public const int KeptFree = 4;

    /// <summary>
    /// Bytes before the first of a slab that belong to whoever rented it: a message's head may lie there, so that one
    /// plain read takes head and payload with the payload at the beginning of a page.
    /// </summary>
    public static readonly int LeadBytes = Environment.SystemPageSize;

    private readonly Lock _lock = new();
    private readonly Stack<PayloadSlab> _free = new();
    private readonly int _maxSlabs;
    private int _slabs;
    private bool _disposed;

    /// <summary>A pool of slabs.</summary>
    /// <param name="slabBytes">Bytes of each, a multiple of the page size.</param>
    /// <param name="maxSlabs">Most slabs that exist at a time.</param>
    public PayloadPool(int slabBytes, int maxSlabs)
    {
        SlabBytes = slabBytes;
        _maxSlabs = maxSlabs;
    }

    /// <summary>Bytes of each slab.</summary>
    public int SlabBytes { get; }

    /// <summary>Slabs that exist, lent or idle.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
                return _slabs;
        }
    }

    /// <summary>Lends a slab.</summary>
    /// <returns>Null at the bound, or when the system has no memory.</returns>
    public PayloadSlab? TryRent()
    {
        lock (_lock)
        {
            if (!_free.TryPop(out PayloadSlab? slab))
                slab = _slabs < _maxSlabs ? TryCreate() : null;
            slab?.Lend();
            return slab;
        }
    }

    /// <summary>Takes back a slab that nobody refers to.</summary>
    public void Return(PayloadSlab slab)
    {
        MemoryPoison.Fill(slab.Address, SlabBytes);
        lock (_lock)
        {
            if (!_disposed && _free.Count < KeptFree)
                _free.Push(slab);
            else
                Unmap(slab);
        }
    }

    /// <summary>Gives idle slabs back to the system now, and lent ones as they return.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            _disposed = true;
            while (_free.TryPop(out PayloadSlab? slab))
                Unmap(slab);
        }
    }

    // Mapped rather than allocated: the heap keeps what was freed, and so would a burst's memory stay for ever.
    private PayloadSlab? TryCreate()
    {
        void* address = LibC.mmap(null, (size_t)(LeadBytes + SlabBytes), LibC.PROT_READ | LibC.PROT_WRITE,
            LibC.MAP_PRIVATE | LibC.MAP_ANONYMOUS, -1, 0);
        if (address == LibC.MAP_FAILED)
            return null;
        // A hint: the kernel looks up one large page where it would look up many for each transfer.
        _ = LibC.madvise(address, (size_t)(LeadBytes + SlabBytes), LibC.MADV_HUGEPAGE);
        _slabs++;
        MemoryPoison.Fill((nint)address, LeadBytes + SlabBytes);
        return new PayloadSlab(this, (nint)address + LeadBytes);
    }

    private void Unmap(PayloadSlab slab)
    {
        _ = LibC.munmap((void*)(slab.Address - LeadBytes), (size_t)(LeadBytes + SlabBytes));
        _slabs--;
    }
}
