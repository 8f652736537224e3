using System.Runtime.InteropServices;
using IoMerge.Backends;

namespace IoMerge.Testing;

/// <summary>Unmanaged segments with guard bytes around each, so that a byte written outside is seen.</summary>
public sealed unsafe class IoMemory : IDisposable
{
    private const int GuardBytes = 64;
    private const byte Guard = 0xA5;
    private readonly IoSegment[] _segments;
    private readonly nint[] _blocks;
    private readonly int _misalignment;

    /// <param name="lengths">Length of each segment.</param>
    /// <param name="misalignment">How far behind a 4096-byte boundary each segment starts, 0 to 4032.</param>
    public IoMemory(IReadOnlyList<int> lengths, int misalignment = 0)
    {
        _misalignment = misalignment;
        _segments = new IoSegment[lengths.Count];
        _blocks = new nint[lengths.Count];
        for (int index = 0; index < lengths.Count; index++)
        {
            int length = lengths[index];
            nuint size = (nuint)(4096 + misalignment + length + GuardBytes);
            byte* block = (byte*)NativeMemory.AlignedAlloc(size, 4096);
            new Span<byte>(block, (int)size).Fill(Guard);
            _blocks[index] = (nint)block;
            _segments[index] = new IoSegment((nint)block + 4096 + misalignment, length);
        }
    }

    public ReadOnlySpan<IoSegment> Segments => _segments;

    /// <summary>False when a byte beside a segment was changed.</summary>
    public bool AreGuardsIntact
    {
        get
        {
            for (int index = 0; index < _segments.Length; index++)
            {
                byte* before = (byte*)_blocks[index];
                byte* after = (byte*)_segments[index].Address + _segments[index].Length;
                if (new Span<byte>(before, 4096 + _misalignment).ContainsAnyExcept(Guard)
                    || new Span<byte>(after, GuardBytes).ContainsAnyExcept(Guard))
                {
                    return false;
                }
            }
            return true;
        }
    }

    public void Fill(ReadOnlySpan<byte> data)
    {
        foreach (IoSegment segment in _segments)
        {
            data[..(int)segment.Length].CopyTo(new Span<byte>((void*)segment.Address, (int)segment.Length));
            data = data[(int)segment.Length..];
        }
    }

    public byte[] ToArray(long length)
    {
        List<byte> bytes = [];
        foreach (IoSegment segment in _segments)
            bytes.AddRange(new ReadOnlySpan<byte>((void*)segment.Address, (int)segment.Length));
        return bytes.GetRange(0, (int)Math.Min(bytes.Count, length)).ToArray();
    }

    public void Dispose()
    {
        for (int index = 0; index < _blocks.Length; index++)
        {
            NativeMemory.AlignedFree((void*)_blocks[index]);
            _blocks[index] = 0;
        }
    }
}
