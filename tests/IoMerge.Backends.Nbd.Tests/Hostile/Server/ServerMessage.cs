using System.Buffers.Binary;

namespace IoMerge.Backends.Nbd.Tests.Hostile.Server;

/// <summary>The messages of a server, as far as they differ in their fields.</summary>
public enum MessageKind
{
    Greeting,
    StartTlsAck,
    StructuredReplyAck,
    MetaContext,
    MetaContextAck,
    NameInfo,
    BlockSizeInfo,
    ExportInfo,
    GoAck,
    NamedExport,
    Refusal,
    SimpleReply,
    SimpleReadReply,
    SimpleErrorReply,
    DataChunk,
    HoleChunk,
    StatusChunk,
    DoneChunk,
    ErrorChunk,
    ErrorOffsetChunk,
}

/// <summary>A number in a message.</summary>
/// <param name="Name">Its name in the specification.</param>
/// <param name="Offset">Where it begins.</param>
/// <param name="Width">Bytes of it: 2, 4 or 8, in network order.</param>
internal sealed record WireField(string Name, int Offset, int Width);

/// <summary>A message on its way to the client: its bytes, and its fields, which text and data are not.</summary>
internal sealed class ServerMessage(MessageKind kind)
{
    private readonly List<WireField> _fields = [];
    private readonly List<byte> _bytes = [];

    internal MessageKind Kind => kind;

    internal IReadOnlyList<WireField> Fields => _fields;

    internal byte[] Bytes => [.. _bytes];

    internal int Length => _bytes.Count;

    internal ServerMessage Field16(string name, ushort value) => Field(name, value, 2);

    internal ServerMessage Field32(string name, uint value) => Field(name, value, 4);

    internal ServerMessage Field64(string name, ulong value) => Field(name, value, 8);

    internal ServerMessage Data(ReadOnlySpan<byte> data)
    {
        _bytes.AddRange(data);
        return this;
    }

    /// <summary>The value of a field in bytes that were perhaps changed.</summary>
    internal static ulong Get(ReadOnlySpan<byte> bytes, WireField field)
    {
        ulong value = 0;
        foreach (byte part in bytes.Slice(field.Offset, field.Width))
            value = value << 8 | part;
        return value;
    }

    /// <summary>Changes a field.</summary>
    internal static void Set(Span<byte> bytes, WireField field, ulong value)
    {
        Span<byte> whole = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(whole, value);
        whole[(8 - field.Width)..].CopyTo(bytes[field.Offset..]);
    }

    private ServerMessage Field(string name, ulong value, int width)
    {
        _fields.Add(new WireField(name, _bytes.Count, width));
        for (int shift = (width - 1) * 8; shift >= 0; shift -= 8)
            _bytes.Add((byte)(value >> shift));
        return this;
    }
}
