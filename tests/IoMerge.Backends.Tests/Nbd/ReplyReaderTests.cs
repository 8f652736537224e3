using System.Buffers.Binary;
using IoMerge.Backends.Nbd;
using IoMerge.Testing;

namespace IoMerge.Backends.Tests.Nbd;

/// <summary>The replies of one read of 16 bytes at 4096, of a write, or of a search, in every form.</summary>
public sealed unsafe class ReplyReaderTests : IDisposable
{
    private const ulong Cookie = 0x1234_0001;
    private const int Offset = 4096;
    private const int Length = 16;

    private readonly IoProbe _probe = IoProbe.Read(Offset, [5, 11]);
    private readonly NbdOperation _operation = new(new LinkSet(new NbdBackendOptions(), "server", Info(), null));
    private readonly Sink _sink = new();

    public void Dispose() => _probe.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(64)]
    public void SimpleReply_InPiecesOfAnySize_GivesTheBytes(int piece)
    {
        Expect(NbdWire.CMD_READ);
        Feed([.. Simple(0), .. Data(Length)], piece, structured: false);
        Assert.Equal(Data(Length), Bytes());
        Assert.Equal(0u, _sink.Single().WireError);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(256)]
    public void Chunks_OutOfOrderAndInPiecesOfAnySize_GiveTheBytes(int piece)
    {
        Expect(NbdWire.CMD_READ);
        Feed([.. DataChunk(8, Data(4)), .. Hole(12, 4), .. DataChunk(0, Data(8)), .. Chunk(NbdWire.REPLY_NONE, [], 1)],
            piece);
        Assert.Equal([.. Data(8), .. Data(4), 0, 0, 0, 0], Bytes());
        Assert.Equal(0u, _sink.Single().WireError);
    }

    [Fact]
    public void Error_InTheMiddleOfARead_EndsItWithTheFirstError()
    {
        Expect(NbdWire.CMD_READ);
        Feed([.. DataChunk(0, Data(4)), .. Error(28, "full"), .. Error(5, "again", flags: 1)], 256);
        Assert.Equal(28u, _sink.Single().WireError);
    }

    [Theory]
    [InlineData(0, "no", 256)]
    [InlineData(0, "", 256)]
    [InlineData(Length - 1, "no", 1)]
    [InlineData(Length - 1, "", 1)]
    public void ErrorAtAnOffset_InsideTheRequest_IsAnError(int within, string text, int piece)
    {
        Expect(NbdWire.CMD_READ);
        // What follows is read from the right place.
        Feed([.. ErrorAt(Offset + within, text, flags: 0), .. Chunk(NbdWire.REPLY_NONE, [], 1)], piece);
        Assert.Equal(5u, _sink.Single().WireError);
    }

    [Fact]
    public void BlockStatus_OfManyExtents_FindsTheFirstThatIsWanted()
    {
        Expect(NbdWire.CMD_BLOCK_STATUS, IoKind.SeekData);
        Feed(Chunk(NbdWire.REPLY_BLOCK_STATUS, Numbers(7, 4096, 3, 100, 3, 50, 0, 60, 3), 1), 3);
        Assert.Equal(Offset + 4196, _sink.Single().Search.Found);
        Assert.Equal(Offset + 4306, _sink.Single().Search.Position);
    }

    [Fact]
    public void DataThatIsReceivedElsewhere_EndsTheReplyToo()
    {
        Expect(NbdWire.CMD_READ);
        ReplyReader reader = new(_sink, structured: false, null);
        Assert.Equal(NbdWire.SimpleReplyBytes, reader.Consume(Simple(0)));
        Assert.Equal((0u, 16u), (reader.DataPosition, reader.DataLeft));
        reader.Received(10);
        Assert.Empty(_sink.Answered);
        reader.Received(6);
        Assert.Null(reader.DataCommand);
        Assert.Single(_sink.Answered);
    }

    public static TheoryData<string, byte[]> Lies() => new()
    {
        { "a wrong magic", [1, 2, 3, 4, .. new byte[28]] },
        { "a simple reply to a read", Simple(0) },
        { "a cookie that nobody has", [.. Simple(0)[..8], .. new byte[8]] },
        { "data that is empty", Chunk(NbdWire.REPLY_OFFSET_DATA, new byte[8], 1) },
        { "data without an offset", Chunk(NbdWire.REPLY_OFFSET_DATA, new byte[4], 1) },
        { "data before the read", DataChunk(-1, Data(4)) },
        { "data behind the read", DataChunk(16, Data(1)) },
        { "data across the end", DataChunk(13, Data(4)) },
        { "data at an offset that wraps", Chunk(NbdWire.REPLY_OFFSET_DATA, [.. Numbers(~0u, ~0u), 1, 2], 1) },
        { "data that comes twice", [.. DataChunk(0, Data(8)), .. DataChunk(7, Data(2))] },
        { "data that is missing", [.. DataChunk(0, Data(8)), .. Chunk(NbdWire.REPLY_NONE, [], 1)] },
        { "nothing at all", Chunk(NbdWire.REPLY_NONE, [], 1) },
        { "an empty chunk that is not the last", Chunk(NbdWire.REPLY_NONE, [], 0) },
        { "an empty chunk that is not empty", Chunk(NbdWire.REPLY_NONE, [1], 1) },
        { "a hole of no bytes", Hole(0, 0) },
        { "a hole across the end", Hole(8, 9) },
        { "a hole with too much", Chunk(NbdWire.REPLY_OFFSET_HOLE, new byte[13], 1) },
        { "a block status of a read", Chunk(NbdWire.REPLY_BLOCK_STATUS, Numbers(7, 10, 0), 1) },
        { "an unknown chunk", Chunk(77, new byte[8], 1) },
        { "an error that is none", Error(0, "fine") },
        { "an error with a message of another length", Chunk(NbdWire.REPLY_ERROR, [0, 0, 0, 5, 0, 9, 1], 1) },
        { "an error of a gigabyte", [.. Chunk(NbdWire.REPLY_ERROR, [0, 0, 0, 5, 255, 255], 1)[..16], 64, 0, 0, 0,
            0, 0, 0, 5, 255, 255] },
        { "an error before the read", ErrorAt(Offset - 1, "no", 1) },
        { "an error behind the read", ErrorAt(Offset + Length, "no", 1) },
        { "an error far away", ErrorAt(-1, "", 1) },
        { "an error at an offset of another length", Chunk(NbdWire.REPLY_ERROR_OFFSET,
            [0, 0, 0, 5, 0, 2, .. new byte[8], 1], 1) },
        { "an error without its offset", Chunk(NbdWire.REPLY_ERROR_OFFSET, [0, 0, 0, 5, 0, 0, 0, 0], 1) },
        { "an error that is too short", Chunk(NbdWire.REPLY_ERROR, [0, 0], 1) },
    };

    [Theory]
    [MemberData(nameof(Lies))]
    public void Reply_ThatLies_IsRefused(string what, byte[] bytes)
    {
        Expect(NbdWire.CMD_READ);
        Assert.ThrowsAny<NbdProtocolException>(() => Feed(bytes, 256));
        Assert.False(_sink.Answered.Count > 0, what);
    }

    [Theory]
    [InlineData(8u, 100u, 0u)]
    [InlineData(7u, 0u, 0u)]
    public void BlockStatus_OfAnotherContextOrOfNothing_IsRefused(uint context, uint length, uint state)
    {
        Expect(NbdWire.CMD_BLOCK_STATUS, IoKind.SeekHole);
        Assert.ThrowsAny<NbdProtocolException>(
            () => Feed(Chunk(NbdWire.REPLY_BLOCK_STATUS, Numbers(context, length, state), 1), 256));
    }

    [Fact]
    public void Chunks_WhereNoneWereAgreedOn_AreRefused()
    {
        Expect(NbdWire.CMD_READ);
        Assert.ThrowsAny<NbdProtocolException>(() => Feed(DataChunk(0, Data(16)), 256, structured: false));
    }

    private static ExportInfo Info() =>
        ExportInfo.Create(1 << 20, (ushort)ExportFlags.HasFlags, (1, 4096, 1 << 20), true, 7);

    private void Expect(ushort type, IoKind kind = IoKind.Read)
    {
        BackendIo io = kind == IoKind.Read ? _probe : IoProbe.Of(kind, Offset);
        _operation.Begin(io, new Extent(Offset, Length));
        _sink.Command = new NbdCommand(_operation).Prepare(type, 0, Offset, Length, CommandMemory.Operation);
    }

    private byte[] Bytes()
    {
        _probe.Complete(Errno.None, Length);
        return _probe.Data;
    }

    private void Feed(byte[] bytes, int piece, bool structured = true)
    {
        ReplyReader reader = new(_sink, structured, 7);
        List<byte> waiting = [];
        foreach (byte[] part in bytes.Chunk(piece))
        {
            waiting.AddRange(part);
            int used = reader.Consume(waiting.ToArray());
            waiting.RemoveRange(0, used);
        }
    }

    private static byte[] Data(int length) => [.. Enumerable.Range(1, length).Select(i => (byte)i)];

    private static byte[] Numbers(params uint[] numbers)
    {
        byte[] bytes = new byte[4 * numbers.Length];
        for (int i = 0; i < numbers.Length; i++)
            BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(4 * i), numbers[i]);
        return bytes;
    }

    private static byte[] Simple(uint error) => Numbers(NbdWire.SIMPLE_REPLY_MAGIC, error, 0, (uint)Cookie);

    private static byte[] Chunk(ushort type, byte[] body, ushort flags) =>
    [
        .. Numbers(NbdWire.STRUCTURED_REPLY_MAGIC, ((uint)flags << 16) | type, 0, (uint)Cookie, (uint)body.Length),
        .. body,
    ];

    private static byte[] DataChunk(int within, byte[] data) =>
        Chunk(NbdWire.REPLY_OFFSET_DATA, [.. Numbers(0, (uint)(Offset + within)), .. data], 0);

    private static byte[] Hole(int within, uint length) =>
        Chunk(NbdWire.REPLY_OFFSET_HOLE, Numbers(0, (uint)(Offset + within), length), 0);

    private static byte[] Error(uint error, string text, ushort flags = 0) => Chunk(NbdWire.REPLY_ERROR,
        [.. Numbers(error), 0, (byte)text.Length, .. System.Text.Encoding.ASCII.GetBytes(text)], flags);

    private static byte[] ErrorAt(long offset, string text, ushort flags) => Chunk(NbdWire.REPLY_ERROR_OFFSET,
    [
        .. Numbers(5u), 0, (byte)text.Length, .. System.Text.Encoding.ASCII.GetBytes(text),
        .. Numbers((uint)(offset >> 32), (uint)offset),
    ], flags);

    private sealed class Sink : IReplySink
    {
        internal NbdCommand? Command { get; set; }

        internal List<NbdCommand> Answered { get; } = [];

        public NbdCommand Find(ulong cookie) =>
            cookie == Cookie ? Command! : throw new NbdProtocolException("nobody has that");

        void IReplySink.Answered(NbdCommand command) => Answered.Add(command);

        internal NbdCommand Single() => Assert.Single(Answered);
    }
}
