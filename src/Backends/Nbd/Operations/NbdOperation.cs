namespace IoMerge.Backends.Nbd;

/// <summary>
/// One operation on its way through commands: whole blocks around it, pieces no larger than the server takes, and a
/// flush behind it where it has to be durable and the server knows no other way. Nearly always that is one command.
/// </summary>
/// <remarks>
/// References are counted: each command in flight is one, and so is the thread that makes commands. Who gives the last
/// one back ends the phase, alone. Pooled; <see cref="Begin"/> to <c>Finish</c> is one life.
/// </remarks>
internal sealed unsafe class NbdOperation(LinkSet set)
{
    // Enough for any line; a server is not asked for ten thousand things at once by one discard.
    private const int MaxCommands = 16;

    private readonly Lock _lock = new();
    private readonly Stack<NbdCommand> _spare = new();
    private BackendIo _io = null!;
    private Phase _phase;
    private Errno _error;
    private bool _hasLostWrites;
    private bool _isAnnouncement;
    private bool _triesFastZero;
    private bool _isZeroSlow;
    private Extent _extent;
    private ushort _flags;
    private int _references;
    private int _made;
    private long _next;
    private long _end;
    private long _losses;
    private long _found;

    private enum Phase
    {
        Edges,
        Main,
        Flush,
    }

    /// <summary>The blocks around it and their memory.</summary>
    internal BlockLayout Layout { get; } = new();

    /// <summary>When it began, in milliseconds.</summary>
    internal long BeganAtMs { get; private set; }

    /// <summary>True for a flush that somebody asked for: it has to tell of lost writes.</summary>
    internal bool IsFlush => _io.Kind == IoKind.Flush;

    /// <summary>Carries an operation out.</summary>
    /// <param name="io">The operation, checked.</param>
    /// <param name="extent">The part of it that exists; not empty except for a flush or a search.</param>
    internal void Begin(BackendIo io, Extent extent)
    {
        (_io, _extent, BeganAtMs) = (io, extent, Environment.TickCount64);
        _error = Errno.None;
        _isAnnouncement = io is Announcement;
        _triesFastZero = io.Kind == IoKind.Zero && extent.Length > SlowZeroRange
            && set.Info.Has(ExportFlags.SendFastZero);
        _isZeroSlow = false;
        bool isDurable = (io.Flags & (IoFlags.DataSync | IoFlags.Sync)) != 0;
        _flags = isDurable && io.Kind.Changes() && set.Info.Has(ExportFlags.SendFua)
            ? NbdWire.CMD_FLAG_FUA : (ushort)0;
        if (io.Kind == IoKind.Zero && (io.Flags & IoFlags.Unmap) == 0)
            _flags |= NbdWire.CMD_FLAG_NO_HOLE;
        if (NeedsLayout && !Layout.TryBegin(io, extent, set.Info.MinimumBlock))
            _error = Errno.ENOMEM;
        Restart();
        Advance();
    }

    /// <summary>A command is answered, or has failed for good.</summary>
    internal void CommandEnded(NbdCommand command)
    {
        lock (_lock)
        {
            if (command.Error == Errno.EOPNOTSUPP && (command.Flags & NbdWire.CMD_FLAG_FAST_ZERO) != 0)
                (_isZeroSlow, _next) = (true, _end);
            else if (_error.IsSuccess)
                _error = command.Error;
            _hasLostWrites |= command.HasLostWrites;
            if (command.Type == NbdWire.CMD_BLOCK_STATUS && command.Error.IsSuccess)
                (_found, _next) = (command.Search.Found, command.Search.Position);
            _spare.Push(command);
        }
        Advance();
    }

    /// <summary>A command that flushes one link.</summary>
    internal NbdCommand TakeFlush()
    {
        lock (_lock)
        {
            _references++;
            return TakeOwned().Prepare(NbdWire.CMD_FLUSH, 0, 0, 0, CommandMemory.None);
        }
    }

    /// <summary>A flush has to tell of lost writes, or cannot be made.</summary>
    internal void Fail(Errno error)
    {
        lock (_lock)
            _error = _error.IsError ? _error : error;
    }

    /// <summary>True when it will end with an error, as far as is known now.</summary>
    internal bool HasFailed
    {
        get
        {
            lock (_lock)
                return _error.IsError;
        }
    }

    /// <summary>
    /// Writes that this is to make durable, or to answer for, are lost with a connection: a flush fails, and a durable
    /// change is done again.
    /// </summary>
    internal void LoseWrites()
    {
        lock (_lock)
        {
            _hasLostWrites = true;
            _error = _error.IsError ? _error : Errno.EIO;
        }
    }

    /// <summary>Prepares the search of a command.</summary>
    internal void BeginSearch(NbdCommand command) =>
        command.Search.Begin(command.Offset, _extent.Offset, _io.Kind == IoKind.SeekHole);

    private bool NeedsLayout => !_isAnnouncement && _io.Kind is IoKind.Read or IoKind.Write or IoKind.Zero;

    private void Restart()
    {
        (_references, _made, _hasLostWrites, _losses, _found) = (1, 0, false, set.DirtyLosses, -1);
        bool hasEdges = _io.Kind is IoKind.Write or IoKind.Zero && (Layout.HasFirstEdge || Layout.HasLastEdge);
        _phase = IsFlush ? Phase.Flush : hasEdges ? Phase.Edges : Phase.Main;
        (_next, _end) = NeedsLayout ? (Layout.Start, Layout.End) : (_extent.Offset, _extent.End);
        if (_io.Kind is IoKind.SeekData or IoKind.SeekHole)
            (_next, _end) = (_extent.Offset & -(long)set.Info.MinimumBlock, set.Size);
        if (IsFlush && _error.IsSuccess)
            set.DispatchFlush(this);
    }

    /// <summary>Makes commands as long as there are some to make, and gives one reference back.</summary>
    private void Advance()
    {
        while (true)
        {
            NbdCommand? command;
            lock (_lock)
            {
                command = _error.IsError ? null : MakeOwned();
                if (command is not null)
                    _references++;
                else if (--_references > 0)
                    return;
            }
            if (command is not null)
                set.Dispatch(command);
            else if (!GoesOn())
                return;
        }
    }

    /// <summary>A phase is over and nobody else is here.</summary>
    /// <returns>False when it was the last one; the operation may serve somebody else by then.</returns>
    private bool GoesOn()
    {
        (_references, _made) = (1, 0);
        if (_phase == Phase.Flush && !IsFlush && (_hasLostWrites || _losses != set.DirtyLosses))
        {
            // What was to become durable was lost with its connection; it is still ours to write again.
            if (!set.IsTooOld(this, Environment.TickCount64))
            {
                _error = Errno.None;
                Restart();
                return true;
            }
            _error = _error.IsError ? _error : Errno.EIO;
        }
        if (_error.IsError || _phase == Phase.Flush)
            return Finish();
        if (_phase == Phase.Edges)
        {
            if (_io.Kind == IoKind.Zero)
                Layout.ClearEdges();
            _phase = Phase.Main;
            return true;
        }
        if (_isZeroSlow)
        {
            // The whole once more, in pieces: zeros over zeros do no harm, and keep no book of what failed.
            (_triesFastZero, _isZeroSlow, _next) = (false, false, Layout.Start);
            return true;
        }
        if (_io.Kind is IoKind.SeekData or IoKind.SeekHole)
            return (_found < 0 && _next < _end) || Finish();
        bool isDurable = (_io.Flags & (IoFlags.DataSync | IoFlags.Sync)) != 0;
        if (!isDurable || !_io.Kind.Changes() || (_flags & NbdWire.CMD_FLAG_FUA) != 0
            || !set.Info.Has(ExportFlags.SendFlush))
            return Finish();
        _phase = Phase.Flush;
        set.DispatchFlush(this);
        return true;
    }

    private bool Finish()
    {
        BackendIo io = _io;
        Errno error = _error;
        long result = error.IsError ? 0 : _extent.Length;
        if (io.Kind is IoKind.SeekData or IoKind.SeekHole && error.IsSuccess)
        {
            result = _found >= 0 && _found < set.Size ? _found : io.Kind == IoKind.SeekHole ? set.Size : 0;
            error = io.Kind == IoKind.SeekData && (_found < 0 || _found >= set.Size) ? Errno.ENXIO : Errno.None;
        }
        else if (!io.Kind.IsTransfer())
        {
            result = 0;
        }
        Layout.Forget();
        _io = null!;
        set.Return(this);
        io.Complete(error, result);
        return false;
    }

    /// <summary>The next command of the phase, or null when there is none, or when enough are in flight.</summary>
    private NbdCommand? MakeOwned()
    {
        uint block = set.Info.MinimumBlock;
        if (_phase == Phase.Edges)
        {
            bool isFirst = _made == 0 && Layout.HasFirstEdge;
            bool isLast = !isFirst && _made <= 1 && Layout.HasLastEdge;
            _made = isFirst ? 1 : 2;
            if (isFirst)
                return Take(NbdWire.CMD_READ, Layout.Start, block, CommandMemory.Piece, Layout.FirstEdge);
            return isLast
                ? Take(NbdWire.CMD_READ, Layout.End - block, block, CommandMemory.Piece, Layout.LastEdge) : null;
        }
        if (_phase == Phase.Flush || _next >= _end || _references > MaxCommands)
            return null;
        long at = _next;
        switch (_io.Kind)
        {
            case IoKind.Read when _isAnnouncement:
                return Take(NbdWire.CMD_CACHE, at, Step(set.Info.MaximumBlock, _end), CommandMemory.None);
            case IoKind.Read:
                return Take(NbdWire.CMD_READ, at, Step(set.Info.MaximumBlock, _end), CommandMemory.Operation);
            case IoKind.Write:
                return Take(NbdWire.CMD_WRITE, at, Step(set.Info.MaximumBlock, _end), CommandMemory.Operation);
            case IoKind.Discard:
                return Take(NbdWire.CMD_TRIM, at, Step(LargestRange, _end), CommandMemory.None);
            case IoKind.Zero:
                return MakeZeroOwned(at, block);
            default:
                // The next search begins where this one ended.
                if (_made++ > 0)
                    return null;
                uint length = (uint)Math.Min(LargestRange, _end - at);
                return Take(NbdWire.CMD_BLOCK_STATUS, at, length, CommandMemory.None);
        }
    }

    private NbdCommand MakeZeroOwned(long at, uint block)
    {
        long lastEdge = _end - block;
        if (at == Layout.Start && Layout.HasFirstEdge)
            return Take(NbdWire.CMD_WRITE, at, Step(block, _end), CommandMemory.Piece, Layout.FirstEdge);
        if (at == lastEdge && Layout.HasLastEdge)
            return Take(NbdWire.CMD_WRITE, at, Step(block, _end), CommandMemory.Piece, Layout.LastEdge);
        long end = Layout.HasLastEdge ? lastEdge : _end;
        return set.Info.Has(ExportFlags.SendWriteZeroes)
            ? Take(NbdWire.CMD_WRITE_ZEROES, at, Step(_triesFastZero ? LargestRange : SlowZeroRange, end),
                CommandMemory.None)
            : Take(NbdWire.CMD_WRITE, at, Step(set.Info.MaximumBlock, end), CommandMemory.Zeros);
    }

    /// <summary>Most bytes of a command that carries none: a server works on it for a bounded time.</summary>
    private const uint LargestRange = 256 << 20;

    /// <summary>
    /// Most bytes that a server writes zeros to by itself, as far as we know: it is busy with them no longer than with
    /// a large write, and answers in time.
    /// </summary>
    private const uint SlowZeroRange = 4 << 20;

    /// <summary>Moves on to the end of the next piece; cuts lie where the server likes them.</summary>
    private uint Step(uint most, long end)
    {
        long at = _next;
        long stop = Math.Min(end, at + most);
        long nice = stop & -(long)set.Info.PreferredBlock;
        _next = stop < end && nice > at ? nice : stop;
        return (uint)(_next - at);
    }

    private NbdCommand Take(ushort type, long offset, uint length, CommandMemory memory, byte* piece = null)
    {
        ushort flags = type switch
        {
            NbdWire.CMD_WRITE_ZEROES => (ushort)(_flags | (_triesFastZero ? NbdWire.CMD_FLAG_FAST_ZERO : 0)),
            NbdWire.CMD_WRITE or NbdWire.CMD_TRIM => (ushort)(_flags & NbdWire.CMD_FLAG_FUA),
            _ => 0,
        };
        return TakeOwned().Prepare(type, flags, offset, length, memory, piece);
    }

    private NbdCommand TakeOwned() => _spare.TryPop(out NbdCommand? command) ? command : new NbdCommand(this);
}
