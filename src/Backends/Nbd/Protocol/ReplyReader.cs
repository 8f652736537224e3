using System.Buffers.Binary;

namespace IoMerge.Backends.Nbd;

/// <summary>Who knows the commands that wait for replies.</summary>
internal interface IReplySink
{
    /// <summary>The command of a cookie.</summary>
    /// <exception cref="NbdProtocolException">No command that was sent has it.</exception>
    NbdCommand Find(ulong cookie);

    /// <summary>A command has its whole answer; <see cref="NbdCommand.WireError"/> says whether it is one.</summary>
    void Answered(NbdCommand command);
}

/// <summary>
/// Takes the bytes of a server apart into replies, simple and structured. It keeps no bytes: headers must lie whole
/// before it, data goes where the command wants it, messages are skipped. Every number is checked against the command
/// before it is used.
/// </summary>
internal sealed class ReplyReader(IReplySink sink, bool structured, uint? context)
{
    // A server may describe many extents at once; qemu-nbd stops at a million of them.
    private const uint MaxStatusBytes = (8 << 20) + 4;

    private NbdCommand? _command;
    private uint _skipLeft;
    private uint _statusLeft;
    private bool _isOffsetDue;
    private bool _isLast;
    private bool _inReply;

    /// <summary>The read whose data comes next; null when none does.</summary>
    internal NbdCommand? DataCommand => DataLeft > 0 ? _command : null;

    /// <summary>Where in that read the next byte belongs, counted from its first.</summary>
    internal uint DataPosition { get; private set; }

    /// <summary>Bytes that are still to come there.</summary>
    internal uint DataLeft { get; private set; }

    /// <summary>Takes what lies there.</summary>
    /// <returns>How many bytes were used; those that are left are the beginning of a header.</returns>
    /// <exception cref="NbdProtocolException">The server broke the protocol.</exception>
    internal int Consume(ReadOnlySpan<byte> bytes)
    {
        int used = 0;
        while (Step(bytes[used..]) is var step and > 0)
            used += step;
        return used;
    }

    /// <summary>Data was put in its place by somebody else.</summary>
    internal void Received(uint bytes)
    {
        DataPosition += bytes;
        DataLeft -= bytes;
        EndIfOver();
    }

    private int Step(ReadOnlySpan<byte> bytes)
    {
        if (!_inReply)
            return ReadHeader(bytes);
        if (DataLeft > 0)
        {
            int length = (int)Math.Min(DataLeft, (uint)bytes.Length);
            _command!.CopyIn(DataPosition, bytes[..length]);
            if (length > 0)
                Received((uint)length);
            return length;
        }
        if (_statusLeft > 0)
            return ReadDescriptor(bytes);
        if (_skipLeft == 0 && _isOffsetDue)
            return ReadErrorOffset(bytes);
        int skipped = (int)Math.Min(_skipLeft, (uint)bytes.Length);
        _skipLeft -= (uint)skipped;
        EndIfOver();
        return skipped;
    }

    private int ReadHeader(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 4)
            return 0;
        uint magic = BinaryPrimitives.ReadUInt32BigEndian(bytes);
        return magic switch
        {
            NbdWire.SIMPLE_REPLY_MAGIC => bytes.Length < NbdWire.SimpleReplyBytes ? 0 : ReadSimple(bytes),
            NbdWire.STRUCTURED_REPLY_MAGIC when structured => ReadStructured(bytes),
            _ => throw new NbdProtocolException($"a reply begins with {magic:x8}"),
        };
    }

    private int ReadSimple(ReadOnlySpan<byte> bytes)
    {
        uint error = BinaryPrimitives.ReadUInt32BigEndian(bytes[4..]);
        NbdCommand command = sink.Find(BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]));
        if (structured && command.Type == NbdWire.CMD_READ)
            throw new NbdProtocolException("a read is answered without structure");
        if (command.Type == NbdWire.CMD_BLOCK_STATUS && error == 0)
            throw new NbdProtocolException("a block status is answered without one");
        (_command, _isLast, _inReply) = (command, true, true);
        command.Fail(error);
        if (command.Type == NbdWire.CMD_READ && error == 0)
        {
            (DataPosition, DataLeft) = (0, command.Length);
            command.Coverage.Clear();
            command.Coverage.TryAdd(0, command.Length);
        }
        EndIfOver();
        return NbdWire.SimpleReplyBytes;
    }

    private int ReadStructured(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < NbdWire.StructuredReplyBytes)
            return 0;
        ushort flags = BinaryPrimitives.ReadUInt16BigEndian(bytes[4..]);
        ushort type = BinaryPrimitives.ReadUInt16BigEndian(bytes[6..]);
        uint length = BinaryPrimitives.ReadUInt32BigEndian(bytes[16..]);
        int fixedBytes = FixedBytesOf(type);
        if (length < fixedBytes)
            throw new NbdProtocolException($"a chunk of type {type} has {length} bytes");
        if (bytes.Length < NbdWire.StructuredReplyBytes + fixedBytes)
            return 0;
        NbdCommand command = sink.Find(BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]));
        (_command, _isLast, _inReply) = (command, (flags & NbdWire.REPLY_FLAG_DONE) != 0, true);
        ReadChunk(type, length, bytes.Slice(NbdWire.StructuredReplyBytes, fixedBytes), command);
        EndIfOver();
        return NbdWire.StructuredReplyBytes + fixedBytes;
    }

    private static int FixedBytesOf(ushort type) => type switch
    {
        NbdWire.REPLY_NONE => 0,
        NbdWire.REPLY_OFFSET_DATA => 8,
        NbdWire.REPLY_OFFSET_HOLE => 12,
        NbdWire.REPLY_BLOCK_STATUS => 4,
        NbdWire.REPLY_ERROR_OFFSET => 6,
        _ when (type & NbdWire.REPLY_ERROR_BIT) != 0 => 6,
        _ => throw new NbdProtocolException($"a chunk has the unknown type {type}"),
    };

    private void ReadChunk(ushort type, uint length, ReadOnlySpan<byte> start, NbdCommand command)
    {
        switch (type)
        {
            case NbdWire.REPLY_NONE:
                if (length != 0 || !_isLast)
                    throw new NbdProtocolException("an empty chunk is not the last, or not empty");
                break;
            case NbdWire.REPLY_OFFSET_DATA:
                DataPosition = Cover(command, BinaryPrimitives.ReadUInt64BigEndian(start), length - 8);
                DataLeft = length - 8;
                break;
            case NbdWire.REPLY_OFFSET_HOLE:
                uint hole = BinaryPrimitives.ReadUInt32BigEndian(start[8..]);
                if (length != 12)
                    throw new NbdProtocolException($"a hole is described in {length} bytes");
                command.ClearIn(Cover(command, BinaryPrimitives.ReadUInt64BigEndian(start), hole), hole);
                break;
            case NbdWire.REPLY_BLOCK_STATUS:
                if (command.Type != NbdWire.CMD_BLOCK_STATUS || length < 12 || length > MaxStatusBytes
                    || (length - 4) % 8 != 0 || BinaryPrimitives.ReadUInt32BigEndian(start) != context)
                    throw new NbdProtocolException($"a block status of {length} bytes is not what was asked for");
                _statusLeft = length - 4;
                break;
            default:
                ReadError(type, length, start, command);
                break;
        }
    }

    private void ReadError(ushort type, uint length, ReadOnlySpan<byte> start, NbdCommand command)
    {
        uint error = BinaryPrimitives.ReadUInt32BigEndian(start);
        uint text = BinaryPrimitives.ReadUInt16BigEndian(start[4..]);
        uint behind = type == NbdWire.REPLY_ERROR_OFFSET ? 8u : 0;
        bool isKnown = type is NbdWire.REPLY_ERROR or NbdWire.REPLY_ERROR_OFFSET;
        if (error == 0 || text > NbdWire.MaxStringBytes || length > NbdWire.MaxStringBytes + 64
            || (isKnown && length != 6 + text + behind))
            throw new NbdProtocolException($"an error of {length} bytes with a message of {text} is none");
        command.Fail(error);
        (_skipLeft, _isOffsetDue) = (length - 6 - behind, behind > 0);
    }

    /// <summary>Where the error happened, behind its words. Nobody is told, but it shows what is answered.</summary>
    private int ReadErrorOffset(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 8)
            return 0;
        ulong offset = BinaryPrimitives.ReadUInt64BigEndian(bytes);
        // What lies before the request is far behind it by this difference.
        if (offset - (ulong)_command!.Offset >= _command.Length)
            throw new NbdProtocolException($"an error at {offset} is not where something was asked for");
        _isOffsetDue = false;
        EndIfOver();
        return 8;
    }

    private static uint Cover(NbdCommand command, ulong offset, uint length)
    {
        // Differences, because sums could wrap.
        ulong within = offset - (ulong)command.Offset;
        if (command.Type != NbdWire.CMD_READ || offset < (ulong)command.Offset || length == 0
            || within > command.Length || length > command.Length - within)
            throw new NbdProtocolException($"{length} bytes at {offset} are not what was asked for");
        if (!command.Coverage.TryAdd((uint)within, (uint)within + length))
            throw new NbdProtocolException($"{length} bytes at {offset} come twice, or in too many pieces");
        return (uint)within;
    }

    private int ReadDescriptor(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 8)
            return 0;
        uint length = BinaryPrimitives.ReadUInt32BigEndian(bytes);
        uint state = BinaryPrimitives.ReadUInt32BigEndian(bytes[4..]);
        if (!_command!.Search.TryTake(length, state))
            throw new NbdProtocolException($"a block status describes {length} bytes");
        _statusLeft -= 8;
        EndIfOver();
        return 8;
    }

    private void EndIfOver()
    {
        if (DataLeft > 0 || _skipLeft > 0 || _statusLeft > 0 || _isOffsetDue)
            return;
        _inReply = false;
        if (!_isLast)
            return;
        NbdCommand command = _command!;
        _command = null;
        if (command.WireError == 0 && !command.HasWholeAnswer)
            throw new NbdProtocolException("a reply ends before all that was asked for has come");
        sink.Answered(command);
    }
}
