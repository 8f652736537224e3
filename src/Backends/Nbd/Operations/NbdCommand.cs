namespace IoMerge.Backends.Nbd;

/// <summary>Where the bytes of a command come from or go to.</summary>
internal enum CommandMemory
{
    /// <summary>None.</summary>
    None,

    /// <summary>The memory of the operation, with the rest of the blocks at its edges.</summary>
    Operation,

    /// <summary>One piece.</summary>
    Piece,

    /// <summary>Zeros.</summary>
    Zeros,
}

/// <summary>
/// One command as it travels: a part of an operation, or the whole. It belongs to an operation and is used again and
/// again. Whoever has it (a waiting list, a link) is the only one who touches it.
/// </summary>
internal sealed unsafe class NbdCommand(NbdOperation owner)
{
    /// <summary>What is read.</summary>
    internal Coverage Coverage;

    /// <summary>What is searched for.</summary>
    internal BlockStatusSearch Search;

    internal NbdOperation Owner => owner;

    /// <summary>A link for whoever has the command.</summary>
    internal NbdCommand? Next { get; set; }

    internal ushort Type { get; private set; }

    internal ushort Flags { get; private set; }

    internal long Offset { get; private set; }

    internal uint Length { get; private set; }

    internal CommandMemory Memory { get; private set; }

    /// <summary>What the reply will be known by; the lower 16 bits are the place in the link's table.</summary>
    internal ulong Cookie { get; set; }

    /// <summary>When it was given to a link, in milliseconds of <see cref="Environment.TickCount64"/>.</summary>
    internal long GivenAtMs { get; set; }

    /// <summary>True when all its bytes have left. Written by the sender, read by the receiver.</summary>
    internal bool IsSent
    {
        get => Volatile.Read(ref _isSent);
        set => Volatile.Write(ref _isSent, value);
    }

    /// <summary>The server's error; 0 for none.</summary>
    internal uint WireError { get; private set; }

    /// <summary>How it ended.</summary>
    internal Errno Error { get; set; }

    /// <summary>True when it ended because the link that it was for has lost writes.</summary>
    internal bool HasLostWrites { get; set; }

    /// <summary>A flush: what it covers on its link.</summary>
    internal long Covers { get; private set; }

    /// <summary>A flush: the only link that it is for; null for any.</summary>
    internal Link? Pinned { get; private set; }

    /// <summary>Bytes that follow the header.</summary>
    internal uint PayloadBytes => Type == NbdWire.CMD_WRITE ? Length : 0;

    /// <summary>True for what leaves something behind that a flush has to make durable.</summary>
    internal bool LeavesDirt =>
        Type is NbdWire.CMD_WRITE or NbdWire.CMD_TRIM or NbdWire.CMD_WRITE_ZEROES
        && (Flags & NbdWire.CMD_FLAG_FUA) == 0;

    /// <summary>True when everything that a success must bring has come.</summary>
    internal bool HasWholeAnswer => Type switch
    {
        NbdWire.CMD_READ => Coverage.IsWhole(Length),
        NbdWire.CMD_BLOCK_STATUS => Search.Position > Offset,
        _ => true,
    };

    private bool _isSent;
    private byte* _piece;

    /// <summary>Makes it a new command.</summary>
    internal NbdCommand Prepare(
        ushort type, ushort flags, long offset, uint length, CommandMemory memory, byte* piece = null)
    {
        (Type, Flags, Offset, Length, Memory) = (type, flags, offset, length, memory);
        _piece = piece;
        (Next, HasLostWrites) = (null, false);
        Unpin();
        Restart();
        return this;
    }

    /// <summary>Makes a flush one of this link's present connection.</summary>
    internal void Pin(Link link, long covers) => (Pinned, Covers) = (link, covers);

    /// <summary>Makes a flush one for any link, which says nothing of what it covers.</summary>
    internal void Unpin() => (Pinned, Covers) = (null, 0);

    /// <summary>Forgets what an earlier attempt brought.</summary>
    internal void Restart()
    {
        (WireError, Error, IsSent) = (0, Errno.None, false);
        Coverage.Clear();
        if (Type == NbdWire.CMD_BLOCK_STATUS)
            owner.BeginSearch(this);
    }

    /// <summary>Notes the server's error; the first one counts.</summary>
    internal void Fail(uint wireError)
    {
        if (WireError == 0)
            WireError = wireError;
    }

    /// <summary>Lists memory.</summary>
    /// <param name="position">First byte, counted from the command's first.</param>
    /// <param name="bytes">Most bytes.</param>
    /// <param name="target">Takes the list.</param>
    /// <param name="listed">Bytes that are listed.</param>
    /// <returns>Number of entries.</returns>
    internal int List(uint position, uint bytes, Span<IoSegment> target, out uint listed)
    {
        bytes = Math.Min(bytes, Length - position);
        switch (Memory)
        {
            case CommandMemory.Operation:
                return owner.Layout.List(Offset - owner.Layout.Start + position, bytes, target, out listed);
            case CommandMemory.Piece when bytes > 0 && target.Length > 0:
                target[0] = new IoSegment((nint)(_piece + position), (nint)bytes);
                listed = bytes;
                return 1;
            case CommandMemory.Zeros:
                return ZeroBlock.List(bytes, target, out listed);
            default:
                listed = 0;
                return 0;
        }
    }

    /// <summary>Copies bytes to their place.</summary>
    internal void CopyIn(uint position, ReadOnlySpan<byte> bytes)
    {
        Span<IoSegment> list = stackalloc IoSegment[16];
        while (bytes.Length > 0)
        {
            int count = List(position, (uint)bytes.Length, list, out uint listed);
            if (count == 0)
                throw new InvalidOperationException("A command has no place for its data.");
            for (int i = 0; i < count; i++)
            {
                int length = (int)list[i].Length;
                bytes[..length].CopyTo(new Span<byte>((void*)list[i].Address, length));
                bytes = bytes[length..];
            }
            position += listed;
        }
    }

    /// <summary>Fills a part with zeros.</summary>
    internal void ClearIn(uint position, uint bytes)
    {
        Span<IoSegment> list = stackalloc IoSegment[16];
        while (bytes > 0)
        {
            int count = List(position, bytes, list, out uint listed);
            if (count == 0)
                throw new InvalidOperationException("A command has no place for its zeros.");
            for (int i = 0; i < count; i++)
                new Span<byte>((void*)list[i].Address, (int)list[i].Length).Clear();
            position += listed;
            bytes -= listed;
        }
    }
}
