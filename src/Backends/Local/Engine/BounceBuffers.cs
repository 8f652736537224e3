using System.Runtime.InteropServices;

namespace IoMerge.Backends.Local;

/// <summary>
/// Aligned memory for transfers whose own memory or range a store does not take, and room for a list of segments.
/// One is in use per thread that transfers, and it is kept for the next.
/// </summary>
internal sealed unsafe class BounceBuffer : IDisposable
{
    internal const int Capacity = 256 << 10;
    private const int ListBytes = PlainTransfer.MaxSegmentsPerCall * 16;
    private byte* _memory;

    internal BounceBuffer()
    {
        _memory = (byte*)NativeMemory.AlignedAlloc(Capacity + ListBytes, 4096);
    }

    ~BounceBuffer() => Free();

    internal byte* Bytes => _memory;

    internal IoSegment* List => (IoSegment*)(_memory + Capacity);

    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private void Free()
    {
        NativeMemory.AlignedFree(_memory);
        _memory = null;
    }
}

/// <summary>The buffers that are not in use. There are never more than threads that transfer at one time.</summary>
internal sealed class BounceBufferPool : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Stack<BounceBuffer> _free = new();

    internal BounceBuffer Rent()
    {
        lock (_lock)
        {
            if (_free.TryPop(out BounceBuffer? buffer))
                return buffer;
        }
        return new BounceBuffer();
    }

    internal void Return(BounceBuffer buffer)
    {
        lock (_lock)
            _free.Push(buffer);
    }

    public void Dispose()
    {
        lock (_lock)
        {
            while (_free.TryPop(out BounceBuffer? buffer))
                buffer.Dispose();
        }
    }
}
