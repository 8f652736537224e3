using IoMerge.Testing;

namespace IoMerge.Backends.Nbd.Tests.Reconnect;

/// <summary>
/// The moment between the end of a connection and the note of what was lost with it, held open: whoever asks for
/// durability meanwhile must not be told that acknowledged writes are safe.
/// </summary>
public sealed class LossBeforeItsNoteTests : IDisposable
{
    private static readonly ExportInfo Info = new()
    {
        Size = 1 << 20,
        Flags = ExportFlags.HasFlags | ExportFlags.SendFlush | ExportFlags.CanMultiConn,
        MinimumBlock = 512,
        PreferredBlock = 4096,
        MaximumBlock = 1 << 20,
        IsStructured = false,
        AllocationContext = null,
    };

    private readonly LinkSet _set = new(
        new NbdBackendOptions { Uri = "nbd://localhost", Connections = 2 }, "server of a test", Info, null);

    private readonly SentCommands[] _sent = [new(), new()];

    private CommandChain _orphans;
    private Unflushed _unflushed;

    public LossBeforeItsNoteTests()
    {
        for (int i = 0; i < _sent.Length; i++)
        {
            _set.Links[i].Begin(_sent[i]);
            _set.LinkIsUp(Info, isFirst: true);
        }
    }

    [Fact]
    public void AFlush_Fails_AndTheOneAfterTheNoteIsNotBelievedEither()
    {
        using IoProbe written = Begin(IoProbe.Write(0, new byte[4096]), new Extent(0, 4096));
        Answer(0, NbdWire.CMD_WRITE);
        EndFirstLink();

        using IoProbe meanwhile = Begin(IoProbe.Flush(), default);
        NoteTheLoss();
        using IoProbe afterwards = Begin(IoProbe.Flush(), default);
        using IoProbe later = Begin(IoProbe.Flush(), default);
        Answer(1, NbdWire.CMD_FLUSH);

        Assert.Equal(1, written.Completions);
        Assert.Equal(Errno.None, written.Error);
        Assert.Equal(1, meanwhile.Completions);
        Assert.Equal(Errno.EIO, meanwhile.Error);
        Assert.Equal(Errno.EIO, afterwards.Error);
        Assert.Equal(1, later.Completions);
        Assert.Equal(Errno.None, later.Error);
    }

    [Fact]
    public void AFlush_WhereNothingWasUnflushed_Succeeds()
    {
        using IoProbe written = Begin(IoProbe.Write(0, new byte[4096]), new Extent(0, 4096));
        Answer(0, NbdWire.CMD_WRITE);
        using IoProbe flushed = Begin(IoProbe.Flush(), default);
        Answer(0, NbdWire.CMD_FLUSH);
        EndFirstLink();

        using IoProbe meanwhile = Begin(IoProbe.Flush(), default);
        Answer(1, NbdWire.CMD_FLUSH);

        Assert.Equal(Errno.None, flushed.Error);
        Assert.Equal(1, meanwhile.Completions);
        Assert.Equal(Errno.None, meanwhile.Error);
    }

    [Fact]
    public void ADurableWrite_OverAnotherConnection_IsWrittenAgainUntilItsFlushIsBelieved()
    {
        using IoProbe lost = Begin(IoProbe.Write(0, new byte[4096]), new Extent(0, 4096));
        Answer(0, NbdWire.CMD_WRITE);
        EndFirstLink();

        using IoProbe durable = Begin(
            IoProbe.Write(8192, new byte[4096], flags: IoFlags.DataSync), new Extent(8192, 4096));
        // Its flush meets the loss of the other's write and is not believed, whatever this connection says.
        Answer(1, NbdWire.CMD_WRITE);
        Answer(1, NbdWire.CMD_FLUSH);
        Assert.Equal(0, durable.Completions);
        Answer(1, NbdWire.CMD_WRITE);
        NoteTheLoss();
        Answer(1, NbdWire.CMD_FLUSH);
        Assert.Equal(0, durable.Completions);
        Answer(1, NbdWire.CMD_WRITE);
        Assert.Equal(0, durable.Completions);
        Answer(1, NbdWire.CMD_FLUSH);

        Assert.Equal(1, durable.Completions);
        Assert.Equal(Errno.None, durable.Error);
    }

    [Fact]
    public void AFlushThatIsSentAgain_SaysNothingOfWhatItWasToCoverElsewhere()
    {
        using IoProbe first = Begin(IoProbe.Write(0, new byte[4096], flags: IoFlags.DataSync), new Extent(0, 4096));
        using IoProbe second = Begin(
            IoProbe.Write(8192, new byte[4096], flags: IoFlags.DataSync), new Extent(8192, 4096));
        Answer(0, NbdWire.CMD_WRITE);
        Answer(0, NbdWire.CMD_WRITE);
        // The flush of the first is still under way when that of the second, which covers both, is answered.
        _sent[0].Take();
        Answer(0, NbdWire.CMD_FLUSH);
        EndFirstLink();
        Assert.False(_unflushed.Exists);
        NoteTheLoss();
        Answer(1, NbdWire.CMD_FLUSH);
        Assert.Equal((1, 1), (first.Completions, second.Completions));

        // The other connection has flushed nothing of its own by that, and is not believed to have.
        using IoProbe dirt = Begin(IoProbe.Write(0, new byte[4096]), new Extent(0, 4096));
        Answer(1, NbdWire.CMD_WRITE);
        _unflushed = _set.Links[1].End(ref _orphans);
        Assert.Equal(new Unflushed(0, 1), _unflushed);
    }

    public void Dispose()
    {
        foreach (Link link in _set.Links)
            link.Dispose();
    }

    private IoProbe Begin(IoProbe probe, Extent extent)
    {
        _set.Rent().Begin(probe, extent);
        _set.SendAdded();
        return probe;
    }

    /// <summary>The server does what it was sent next on a link, which must be that.</summary>
    private void Answer(int link, ushort type)
    {
        (ushort sent, ulong cookie) = _sent[link].Take();
        Assert.Equal(type, sent);
        _set.Links[link].Answered(_set.Links[link].Find(cookie));
        _set.SendAdded();
    }

    private void EndFirstLink() => _unflushed = _set.Links[0].End(ref _orphans);

    private void NoteTheLoss() => _set.LinkIsDown(_set.Links[0], _orphans, _unflushed, "it is gone");

    /// <summary>A connection that takes everything and keeps what was asked for.</summary>
    private sealed unsafe class SentCommands : ITransport
    {
        private readonly Queue<(ushort Type, ulong Cookie)> _commands = new();

        public bool SendingBlocks => false;

        internal (ushort Type, ulong Cookie) Take() => _commands.Dequeue();

        public nint Send(IoSegment* segments, int count)
        {
            nint sent = 0;
            for (int i = 0; i < count; i++)
            {
                ReadOnlySpan<byte> piece = new((void*)segments[i].Address, (int)segments[i].Length);
                sent += piece.Length;
                // Payloads are whole blocks of zeros here, so only a header has a header's length.
                if (piece.Length == NbdWire.RequestBytes)
                    _commands.Enqueue(TypeAndCookieOf(piece));
            }
            return sent;
        }

        public nint Receive(IoSegment* segments, int count) => ITransport.Broken;

        public bool Wait(bool untilWritable) => false;

        public void Wake()
        {
        }

        public void Abort()
        {
        }

        public void Dispose()
        {
        }

        private static (ushort Type, ulong Cookie) TypeAndCookieOf(ReadOnlySpan<byte> header) =>
            (System.Buffers.Binary.BinaryPrimitives.ReadUInt16BigEndian(header[6..]),
            System.Buffers.Binary.BinaryPrimitives.ReadUInt64BigEndian(header[8..]));
    }
}
