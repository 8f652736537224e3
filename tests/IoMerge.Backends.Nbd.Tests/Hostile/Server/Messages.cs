using System.Text;

namespace IoMerge.Backends.Nbd.Tests.Hostile.Server;

/// <summary>Every message that the server sends, as an honest one.</summary>
internal static class Messages
{
    /// <summary>An example of a kind, for its fields.</summary>
    internal static ServerMessage Sample(MessageKind kind) => kind switch
    {
        MessageKind.Greeting => Greeting(),
        MessageKind.StartTlsAck => Option(kind, Wire.OptionStartTls, Wire.ReplyAck),
        MessageKind.StructuredReplyAck or MessageKind.MetaContextAck or MessageKind.GoAck =>
            Option(kind, Wire.OptionGo, Wire.ReplyAck),
        MessageKind.MetaContext => MetaContext(Wire.OptionSetMetaContext, 1, "base:allocation"),
        MessageKind.NameInfo => NameInfo(Wire.OptionGo, "disk"),
        MessageKind.BlockSizeInfo => BlockSizeInfo(Wire.OptionGo, 1, 4096, 1 << 25),
        MessageKind.ExportInfo => ExportInfo(Wire.OptionGo, 4096, Wire.HasFlags),
        MessageKind.NamedExport => NamedExport(4096, Wire.HasFlags, isPadded: true),
        MessageKind.Refusal => Refusal(Wire.OptionGo, Wire.ErrorUnsupported, "no"),
        MessageKind.SimpleReply or MessageKind.SimpleErrorReply => Simple(kind, 0, 1),
        MessageKind.SimpleReadReply => Simple(kind, 0, 1, [1, 2, 3]),
        MessageKind.DataChunk => DataChunk(1, 0, [1, 2, 3], false),
        MessageKind.HoleChunk => HoleChunk(1, 0, 3, false),
        MessageKind.StatusChunk => StatusChunk(1, 1, [(4096, 0), (4096, 3)]),
        MessageKind.DoneChunk => DoneChunk(1),
        MessageKind.ErrorChunk => ErrorChunk(1, Wire.Eio, "bad"),
        MessageKind.ErrorOffsetChunk => ErrorOffsetChunk(1, Wire.Eio, "bad", 0),
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    internal static ServerMessage Greeting(ushort flags = Wire.FixedNewstyle | Wire.NoZeroes) =>
        new ServerMessage(MessageKind.Greeting)
            .Field64("magic", Wire.InitialMagic).Field64("option magic", Wire.OptionMagic)
            .Field16("handshake flags", flags);

    internal static ServerMessage NamedExport(ulong size, ushort flags, bool isPadded) =>
        new ServerMessage(MessageKind.NamedExport)
            .Field64("size", size).Field16("flags", flags).Data(isPadded ? new byte[124] : []);

    internal static ServerMessage Option(MessageKind kind, uint option, uint type, int length = 0) =>
        new ServerMessage(kind).Field64("magic", Wire.OptionReplyMagic).Field32("option", option)
            .Field32("type", type).Field32("length", (uint)length);

    internal static ServerMessage Refusal(uint option, uint error, string text) =>
        Option(MessageKind.Refusal, option, error, text.Length).Data(Encoding.UTF8.GetBytes(text));

    internal static ServerMessage MetaContext(uint option, uint id, string name) =>
        Option(MessageKind.MetaContext, option, Wire.ReplyMetaContext, 4 + name.Length)
            .Field32("context", id).Data(Encoding.UTF8.GetBytes(name));

    internal static ServerMessage NameInfo(uint option, string name) =>
        Option(MessageKind.NameInfo, option, Wire.ReplyInfo, 2 + name.Length)
            .Field16("info", Wire.InfoName).Data(Encoding.UTF8.GetBytes(name));

    internal static ServerMessage BlockSizeInfo(uint option, uint minimum, uint preferred, uint maximum) =>
        Option(MessageKind.BlockSizeInfo, option, Wire.ReplyInfo, 14).Field16("info", Wire.InfoBlockSize)
            .Field32("minimum", minimum).Field32("preferred", preferred).Field32("maximum", maximum);

    internal static ServerMessage ExportInfo(uint option, ulong size, ushort flags) =>
        Option(MessageKind.ExportInfo, option, Wire.ReplyInfo, 12).Field16("info", Wire.InfoExport)
            .Field64("size", size).Field16("flags", flags);

    internal static ServerMessage Simple(MessageKind kind, uint error, ulong cookie, byte[]? data = null) =>
        new ServerMessage(kind).Field32("magic", Wire.SimpleReplyMagic).Field32("error", error)
            .Field64("cookie", cookie).Data(data ?? []);

    internal static ServerMessage DataChunk(ulong cookie, ulong offset, ReadOnlySpan<byte> data, bool isLast) =>
        Chunk(MessageKind.DataChunk, Wire.ChunkOffsetData, cookie, 8 + data.Length, isLast)
            .Field64("offset", offset).Data(data);

    internal static ServerMessage HoleChunk(ulong cookie, ulong offset, uint size, bool isLast) =>
        Chunk(MessageKind.HoleChunk, Wire.ChunkOffsetHole, cookie, 12, isLast)
            .Field64("offset", offset).Field32("hole size", size);

    internal static ServerMessage StatusChunk(
        ulong cookie, uint context, IReadOnlyList<(uint Length, uint Flags)> extents)
    {
        ServerMessage message = Chunk(
            MessageKind.StatusChunk, Wire.ChunkBlockStatus, cookie, 4 + 8 * extents.Count, true)
            .Field32("context", context);
        // What a range holds cannot be told from a lie about it: the flags are no field.
        foreach ((uint length, uint flags) in extents)
            message.Field32("extent length", length).Data([0, 0, 0, (byte)flags]);
        return message;
    }

    internal static ServerMessage DoneChunk(ulong cookie) =>
        Chunk(MessageKind.DoneChunk, Wire.ChunkNone, cookie, 0, true);

    internal static ServerMessage ErrorChunk(ulong cookie, uint error, string text) =>
        Chunk(MessageKind.ErrorChunk, Wire.ChunkError, cookie, 6 + text.Length, true)
            .Field32("error", error).Field16("text length", (ushort)text.Length).Data(Encoding.UTF8.GetBytes(text));

    internal static ServerMessage ErrorOffsetChunk(ulong cookie, uint error, string text, ulong offset) =>
        Chunk(MessageKind.ErrorOffsetChunk, Wire.ChunkErrorOffset, cookie, 14 + text.Length, false)
            .Field32("error", error).Field16("text length", (ushort)text.Length).Data(Encoding.UTF8.GetBytes(text))
            .Field64("offset", offset);

    private static ServerMessage Chunk(MessageKind kind, ushort type, ulong cookie, int length, bool isLast) =>
        new ServerMessage(kind).Field32("magic", Wire.ChunkMagic)
            .Field16("flags", isLast ? Wire.ChunkDone : (ushort)0).Field16("type", type)
            .Field64("cookie", cookie).Field32("length", (uint)length);
}
