using System.Runtime.InteropServices;

namespace IoMerge.Benchmark.Replay;

/// <summary>
/// The bytes that replayed writes write: one piece of memory for all of them, as long as the longest, filled with bytes
/// that do not compress. A trace knows no contents. For one thread; disposed of when nothing is in flight.
/// </summary>
internal sealed unsafe class WriteMemory : IDisposable
{
    private const int PageSize = 4096;
    private const long Longest = 1L << 30;

    private readonly List<nint> _pieces = [];
    private readonly Random _random = new(1);
    private long _length;

    /// <summary>Memory of at least so many bytes, aligned to a page.</summary>
    /// <exception cref="InvalidDataException">It is more than a write may have.</exception>
    internal nint OfLength(long length)
    {
        if (length <= _length)
            return _pieces[^1];
        if (length > Longest)
        {
            throw new InvalidDataException($"The trace has a write of {length} bytes; against a real store it may have "
                + "1 GiB at most. Replay it with --model.");
        }
        // What was handed out before may still be in flight.
        _length = Math.Max(length, Math.Max(1 << 20, 2 * _length));
        nint piece = (nint)NativeMemory.AlignedAlloc((nuint)_length, PageSize);
        _pieces.Add(piece);
        for (long done = 0; done < _length; done += 1 << 20)
            _random.NextBytes(new Span<byte>((void*)(piece + (nint)done), (int)Math.Min(1 << 20, _length - done)));
        return piece;
    }

    public void Dispose()
    {
        foreach (nint piece in _pieces)
            NativeMemory.AlignedFree((void*)piece);
        _pieces.Clear();
        _length = 0;
    }
}
