using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;

namespace IoMerge.Traces.Binary;

/// <summary>Turns the header of a trace into bytes and back.</summary>
internal static class HeaderCodec
{
    private static readonly UTF8Encoding s_strict = new(false, throwOnInvalidBytes: true);

    private static readonly long s_latest = (DateTime.MaxValue - DateTime.UnixEpoch).Ticks;

    /// <summary>All bytes of a header that keeps all rules.</summary>
    public static byte[] Encode(TraceHeader header)
    {
        int room = TraceLayout.HeaderPrefixBytes + 8 + Varint.MaxBytes + TraceLayout.ChecksumBytes
            + header.Volumes.Sum(volume => s_strict.GetByteCount(volume.Name) + 2 * Varint.MaxBytes);
        byte[] bytes = new byte[room];
        Span<byte> rest = bytes.AsSpan(TraceLayout.HeaderPrefixBytes);
        BinaryPrimitives.WriteInt64LittleEndian(rest, (header.StartedAt.UtcDateTime - DateTime.UnixEpoch).Ticks);
        rest = rest[8..];
        Varint.Write(ref rest, (ulong)header.Volumes.Count);
        foreach (TraceVolume volume in header.Volumes)
        {
            Varint.Write(ref rest, (ulong)s_strict.GetByteCount(volume.Name));
            rest = rest[s_strict.GetBytes(volume.Name, rest)..];
            Varint.Write(ref rest, (ulong)volume.Size);
        }
        int end = bytes.Length - rest.Length;
        TraceLayout.Magic.CopyTo(bytes);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(8), TraceLayout.Version);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(12), end - TraceLayout.HeaderPrefixBytes);
        BinaryPrimitives.WriteUInt64LittleEndian(rest, XxHash3.HashToUInt64(bytes.AsSpan(0, end)));
        return bytes[..(end + TraceLayout.ChecksumBytes)];
    }

    /// <summary>What is wrong with the first bytes; null when nothing is.</summary>
    /// <param name="prefix">As much of <see cref="TraceLayout.HeaderPrefixBytes"/> as the file has.</param>
    /// <param name="bodyBytes">Bytes that follow, without the checksum.</param>
    public static (int At, string Cause)? CheckPrefix(ReadOnlySpan<byte> prefix, out int bodyBytes)
    {
        bodyBytes = 0;
        if (!prefix.StartsWith(TraceLayout.Magic))
            return (0, "this is no trace: it does not begin with \"IOMTRACE\"");
        if (prefix.Length < TraceLayout.HeaderPrefixBytes)
            return (prefix.Length, "the file ends within its header");
        int version = BinaryPrimitives.ReadUInt16LittleEndian(prefix[8..]);
        if (version != TraceLayout.Version)
            return (8, $"the trace has version {version}; this program reads version {TraceLayout.Version}");
        if (BinaryPrimitives.ReadUInt16LittleEndian(prefix[10..]) != 0)
            return (10, "two bytes that must be zero are not");
        bodyBytes = BinaryPrimitives.ReadInt32LittleEndian(prefix[12..]);
        return bodyBytes is >= 8 and <= TraceLayout.MaxHeaderBytes
            ? null : (12, $"a header of {(uint)bodyBytes} bytes is absurd");
    }

    /// <summary>Reads the body of a header, whose checksum is right.</summary>
    /// <returns>What is wrong; null when nothing is.</returns>
    public static string? Decode(ReadOnlySpan<byte> body, out TraceHeader header)
    {
        header = new TraceHeader(DateTimeOffset.UnixEpoch, []);
        long start = BinaryPrimitives.ReadInt64LittleEndian(body);
        if (start < 0 || start > s_latest)
            return "its time of start is no time after 1970";
        body = body[8..];
        if (!Varint.TryRead(ref body, out ulong count) || count > TraceRules.MaxVolumes)
            return "its number of volumes is absurd";
        var volumes = new List<TraceVolume>((int)count);
        for (ulong i = 0; i < count; i++)
        {
            if (!TryReadVolume(ref body, out TraceVolume? volume))
                return $"volume {i} in it is malformed";
            volumes.Add(volume);
        }
        if (!body.IsEmpty)
            return $"{body.Length} bytes in it belong to nothing";
        header = new TraceHeader(new DateTimeOffset(DateTime.UnixEpoch.AddTicks(start)), volumes);
        return TraceRules.Check(volumes);
    }

    private static bool TryReadVolume(
        ref ReadOnlySpan<byte> body, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out TraceVolume? volume)
    {
        volume = null;
        if (!Varint.TryRead(ref body, out ulong length) || length > (ulong)body.Length)
            return false;
        ReadOnlySpan<byte> name = body[..(int)length];
        body = body[(int)length..];
        if (!Varint.TryRead(ref body, out ulong size) || size > long.MaxValue
            || !System.Text.Unicode.Utf8.IsValid(name))
            return false;
        volume = new TraceVolume(s_strict.GetString(name), (long)size);
        return true;
    }
}
