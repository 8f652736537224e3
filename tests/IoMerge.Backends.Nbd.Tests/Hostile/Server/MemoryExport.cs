namespace IoMerge.Backends.Nbd.Tests.Hostile.Server;

/// <summary>
/// What the server exports: bytes, and what it says about them. Tests change it while the server runs; each connection
/// looks anew.
/// </summary>
internal sealed class MemoryExport
{
    internal const int BlockSize = 4096;

    internal const ushort AllFlags = Wire.HasFlags | Wire.SendFlush | Wire.SendFua | Wire.SendTrim
        | Wire.SendWriteZeroes | Wire.SendDf | Wire.CanMultiConn | Wire.SendCache | Wire.SendFastZero;

    private readonly Lock _lock = new();
    private readonly byte[] _bytes;
    private readonly byte[] _durable;

    internal MemoryExport(int size)
    {
        _bytes = new byte[size];
        _durable = new byte[size];
        Size = size;
    }

    internal string Name { get; init; } = "disk";

    /// <summary>What it says its size is; at most the bytes that are there.</summary>
    internal long Size { get; set; }

    internal ushort Flags { get; set; } = AllFlags;

    /// <summary>Whether structured replies are offered, and with them block status.</summary>
    internal bool IsStructured { get; init; } = true;

    internal uint Minimum { get; set; } = 1;

    internal uint Preferred { get; init; } = BlockSize;

    internal uint Maximum { get; init; } = 1 << 25;

    /// <summary>Where reads and writes fail with EIO; empty for nowhere.</summary>
    internal Extent Bad { get; set; }

    /// <summary>Whether it refuses to write zeros when that is to be fast.</summary>
    internal bool IsZeroSlow { get; init; }

    /// <summary>Whether TLS is agreed to and then not spoken.</summary>
    internal bool PretendsTls { get; init; }

    /// <summary>Whether exports can only be chosen the old way, by their name.</summary>
    internal bool IsOldStyle { get; init; }

    /// <summary>Whether zeros come behind what is said of an export that is chosen by its name.</summary>
    internal bool PadsWithZeroes { get; init; }

    /// <summary>Whether the export is there at all.</summary>
    internal bool Exists { get; set; } = true;

    internal bool IsBad(ClientRequest request) =>
        !Bad.IsEmpty && Bad.Overlaps(new Extent((long)request.Offset, request.Length));

    internal byte[] Read(long offset, int length)
    {
        lock (_lock)
            return _bytes.AsSpan((int)offset, length).ToArray();
    }

    internal void Write(long offset, ReadOnlySpan<byte> data)
    {
        lock (_lock)
            data.CopyTo(_bytes.AsSpan((int)offset));
    }

    /// <summary>Makes what was written survive <see cref="Crash"/>.</summary>
    internal void Flush()
    {
        lock (_lock)
            _bytes.CopyTo(_durable, 0);
    }

    /// <summary>Forgets what was written and not flushed, as a machine that loses its power does.</summary>
    internal void Crash()
    {
        lock (_lock)
            _durable.CopyTo(_bytes, 0);
    }

    /// <summary>The stretches of a range that are all zeros or not, in whole blocks, in ascending order.</summary>
    internal IReadOnlyList<(long Offset, int Length, bool IsHole)> Stretches(long offset, int length, int longest)
    {
        List<(long Offset, int Length, bool IsHole)> found = [];
        byte[] bytes = Read(offset, length);
        for (int at = 0; at < length;)
        {
            int block = (int)Math.Min(BlockSize - (offset + at) % BlockSize, length - at);
            bool isHole = !bytes.AsSpan(at, block).ContainsAnyExcept((byte)0);
            if (found.Count > 0 && found[^1].IsHole == isHole && found[^1].Length + block <= longest)
                found[^1] = found[^1] with { Length = found[^1].Length + block };
            else
                found.Add((offset + at, block, isHole));
            at += block;
        }
        return found;
    }
}
