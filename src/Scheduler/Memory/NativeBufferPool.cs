using System.Numerics;
using System.Runtime.InteropServices;
using IoMerge.Backends;

namespace IoMerge.Scheduler;

/// <summary>
/// Page-aligned unmanaged memory for the bytes of reads, in powers of two, kept for the next read up to a bound. What
/// is handed out is bounded by whoever admits requests, not here. Large pieces come from <see cref="LargePageSlabs"/>
/// as long as these last. Thread-safe.
/// </summary>
internal sealed unsafe class NativeBufferPool : IDisposable
{
    /// <summary>Bytes before each piece of memory that belong to it, too.</summary>
    internal const int LeadBytes = 64;

    private const int PageSize = 4096;
    private const int PageShift = 12;
    private const int Classes = 20;

    private readonly Lock _lock = new();
    private readonly Stack<nint>[] _free = new Stack<nint>[Classes];
    private readonly LargePageSlabs _slabs = new();
    private readonly long _maxRetainedBytes;
    private long _retainedBytes;
    private bool _disposed;

    /// <summary>A pool that keeps at most so many bytes that nobody uses.</summary>
    /// <param name="maxRetainedBytes">Those bytes, beside the slabs.</param>
    /// <param name="register">
    /// Told of the memory that most small pieces will come from; null where nobody wants to know.
    /// </param>
    internal NativeBufferPool(long maxRetainedBytes, Action<nint, nint>? register = null)
    {
        _maxRetainedBytes = maxRetainedBytes;
        if (register is not null && _slabs.TryReserve(SizeOf(0), out nint slab))
            register(slab, LargePageSlabs.SlabBytes);
        for (int i = 0; i < Classes; i++)
            _free[i] = new Stack<nint>(16);
    }

    /// <summary>Hands out at least so many bytes, aligned to a page; 0 when there is no memory.</summary>
    internal nint Rent(long length)
    {
        int index = ClassOf(length);
        if (index < Classes)
        {
            lock (_lock)
            {
                if (_slabs.TryRent(SizeOf(index), out nint large))
                    return large + PageSize;
                if (_free[index].TryPop(out nint address))
                {
                    _retainedBytes -= SizeOf(index);
                    return address;
                }
            }
        }
        try
        {
            long size = index < Classes ? SizeOf(index) : PageSize + length;
            nint fresh = (nint)NativeMemory.AlignedAlloc((nuint)size, PageSize);
            MemoryPoison.Fill(fresh, size);
            return fresh + PageSize;
        }
        catch (OutOfMemoryException)
        {
            return 0;
        }
    }

    /// <summary>Takes memory back.</summary>
    /// <param name="address">What <see cref="Rent"/> returned.</param>
    /// <param name="length">What it was asked for.</param>
    internal void Return(nint address, long length)
    {
        int index = ClassOf(length);
        MemoryPoison.Fill(address - LeadBytes, LeadBytes + length);
        if (index < Classes)
        {
            lock (_lock)
            {
                if (_slabs.TryReturn(address - PageSize, SizeOf(index)))
                    return;
                if (!_disposed && _retainedBytes + SizeOf(index) <= _maxRetainedBytes)
                {
                    _retainedBytes += SizeOf(index);
                    _free[index].Push(address);
                    return;
                }
            }
        }
        Free(address);
    }

    /// <summary>Frees what nobody uses; what is still out is freed when it comes back.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            _disposed = true;
            _slabs.Close();
            foreach (Stack<nint> stack in _free)
            {
                while (stack.TryPop(out nint address))
                    Free(address);
            }
            _retainedBytes = 0;
        }
    }

    // A page more than asked for: the lead, with what follows still at the beginning of a page.
    private static void Free(nint address) => NativeMemory.AlignedFree((void*)(address - PageSize));

    private static int ClassOf(long length) =>
        length <= PageSize ? 0 : BitOperations.Log2((ulong)(length - 1)) + 1 - PageShift;

    private static long SizeOf(int index) => PageSize + ((long)PageSize << index);
}
