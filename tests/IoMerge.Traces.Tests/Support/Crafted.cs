using System.Buffers.Binary;
using System.IO.Hashing;
using IoMerge.Traces.Binary;

namespace IoMerge.Traces.Tests.Support;

/// <summary>Traces whose checksums are right although their content is not, as a liar would write them.</summary>
internal static class Crafted
{
    /// <summary>A block, with its checksum.</summary>
    public static byte[] Block(ReadOnlySpan<byte> mark, int records, byte[] payload, int number = 0, int? length = null)
    {
        byte[] block = new byte[TraceLayout.BlockHeaderBytes + payload.Length];
        mark.CopyTo(block);
        BinaryPrimitives.WriteInt32LittleEndian(block.AsSpan(4), records);
        BinaryPrimitives.WriteInt32LittleEndian(block.AsSpan(8), length ?? payload.Length);
        BinaryPrimitives.WriteInt32LittleEndian(block.AsSpan(12), number);
        payload.CopyTo(block, TraceLayout.BlockHeaderBytes);
        byte[] covered = [.. block[..TraceLayout.BlockCheckedBytes], .. payload];
        BinaryPrimitives.WriteUInt64LittleEndian(
            block.AsSpan(TraceLayout.BlockCheckedBytes), XxHash3.HashToUInt64(covered));
        return block;
    }

    /// <summary>A closing block.</summary>
    public static byte[] Closing(long total, int number)
    {
        byte[] payload = new byte[TraceLayout.ClosingPayloadBytes];
        BinaryPrimitives.WriteInt64LittleEndian(payload, total);
        return Block(TraceLayout.ClosingMark, 0, payload, number);
    }

    /// <summary>A trace of one block and the closing one.</summary>
    public static byte[] Trace(int records, byte[] payload) =>
        [.. HeaderCodec.Encode(Sample.Header), .. Block(TraceLayout.RecordsMark, records, payload),
            .. Closing(records, 1)];

    /// <summary>A header with a body of any content, with its checksum.</summary>
    public static byte[] Header(byte[] body, ushort version = TraceLayout.Version)
    {
        byte[] bytes = new byte[TraceLayout.HeaderPrefixBytes + body.Length + TraceLayout.ChecksumBytes];
        TraceLayout.Magic.CopyTo(bytes);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(8), version);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(12), body.Length);
        body.CopyTo(bytes, TraceLayout.HeaderPrefixBytes);
        int end = bytes.Length - TraceLayout.ChecksumBytes;
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(end), XxHash3.HashToUInt64(bytes.AsSpan(0, end)));
        return bytes;
    }
}
