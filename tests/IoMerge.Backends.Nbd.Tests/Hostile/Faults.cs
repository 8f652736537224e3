using IoMerge.Backends.Nbd.Tests.Hostile.Server;

namespace IoMerge.Backends.Nbd.Tests.Hostile;

/// <summary>Every field of every message wrong in each way, every message cut at each byte.</summary>
internal static class Faults
{
    internal static readonly MessageKind[] Handshake =
    [
        MessageKind.Greeting, MessageKind.StartTlsAck, MessageKind.StructuredReplyAck, MessageKind.MetaContext,
        MessageKind.MetaContextAck, MessageKind.NameInfo, MessageKind.BlockSizeInfo, MessageKind.ExportInfo,
        MessageKind.GoAck, MessageKind.NamedExport, MessageKind.Refusal,
    ];

    internal static readonly MessageKind[] Transmission =
    [
        MessageKind.SimpleReply, MessageKind.SimpleReadReply, MessageKind.SimpleErrorReply, MessageKind.DataChunk,
        MessageKind.HoleChunk, MessageKind.StatusChunk, MessageKind.DoneChunk, MessageKind.ErrorChunk,
        MessageKind.ErrorOffsetChunk,
    ];

    private static readonly (string Name, Func<ulong, int, ulong> Change)[] s_changes =
    [
        ("0", (_, _) => 0),
        ("1", (_, _) => 1),
        ("the most there is", (_, width) => ulong.MaxValue >> (64 - 8 * width)),
        ("the most with a sign", (_, width) => ulong.MaxValue >> (65 - 8 * width)),
        ("one more", (value, _) => value + 1),
        ("one less", (value, _) => value - 1),
        ("a block more", (value, _) => value + MemoryExport.BlockSize),
        ("double", (value, _) => value * 2),
        ("half", (value, _) => value / 2),
    ];

    // The edges of bytes and words; the others are left to the random streams.
    private static readonly int[] s_bits = [0, 1, 7, 8, 15, 16, 31, 32, 47, 63];

    /// <summary>The fields of some kinds, for a theory.</summary>
    internal static TheoryData<MessageKind, string> FieldsOf(IEnumerable<MessageKind> kinds)
    {
        TheoryData<MessageKind, string> data = [];
        foreach (MessageKind kind in kinds)
        {
            foreach (string name in Messages.Sample(kind).Fields.Select(field => field.Name).Distinct())
                data.Add(kind, name);
        }
        return data;
    }

    /// <summary>A field wrong in each way once.</summary>
    internal static IEnumerable<Fault> OfField(MessageKind kind, string name)
    {
        WireField field = Messages.Sample(kind).Fields.First(field => field.Name == name);
        foreach ((string what, Func<ulong, int, ulong> change) in s_changes)
            yield return Changed(kind, name, what, change);
        foreach (int bit in s_bits.Where(bit => bit < field.Width * 8))
            yield return Changed(kind, name, $"bit {bit} flipped", (value, _) => value ^ 1UL << bit);
    }

    /// <summary>A message that ends early with the connection, once after each number of bytes.</summary>
    internal static IEnumerable<Fault> CutShort(MessageKind kind) =>
        Enumerable.Range(0, Messages.Sample(kind).Length).Select(length => Cut(kind, length, Ending.Close));

    /// <summary>A message whose rest never comes: the client has to wait each time, so that few must do.</summary>
    internal static IEnumerable<Fault> Stalled(MessageKind kind)
    {
        int length = Messages.Sample(kind).Length;
        return new[] { 0, 1, length / 2, length - 1 }.Select(at => Cut(kind, at, Ending.Stall));
    }

    /// <summary>A whole message, and then the end.</summary>
    internal static IEnumerable<Fault> Last(MessageKind kind) =>
        new[] { Ending.Close, Ending.Stall }.Select(then => new Fault(
            $"{then} after {kind}", kind, message => new Delivery(message.Bytes, then)));

    /// <summary>More than was due.</summary>
    internal static IEnumerable<Fault> Surplus(MessageKind kind) =>
    [
        new Fault($"{kind} twice", kind, message => new Delivery([.. message.Bytes, .. message.Bytes])),
        new Fault($"a byte behind {kind}", kind, message => new Delivery([.. message.Bytes, 0])),
        new Fault($"a byte before {kind}", kind, message => new Delivery([0x67, .. message.Bytes])),
        new Fault($"a hundred bytes behind {kind}", kind,
            message => new Delivery([.. message.Bytes, .. Enumerable.Repeat((byte)0xFF, 100)])),
    ];

    private static Fault Cut(MessageKind kind, int length, Ending then) => new(
        $"{kind} ends after {length} bytes with {then}", kind,
        message => new Delivery(message.Bytes[..length], then));

    private static Fault Changed(MessageKind kind, string name, string what, Func<ulong, int, ulong> change) =>
        new($"{kind}: {name} is {what}", kind, message =>
        {
            byte[] bytes = message.Bytes;
            WireField field = message.Fields.First(field => field.Name == name);
            ServerMessage.Set(bytes, field, change(ServerMessage.Get(bytes, field), field.Width));
            return new Delivery(bytes);
        });
}
