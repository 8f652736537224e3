using System.Runtime.InteropServices;
using IoMerge.Backends.Nbd.Native;

namespace IoMerge.Backends.Nbd;

/// <summary>
/// One connection at a time to the server, and the commands that are in flight on it. It sends and receives; whom to
/// connect to, and what becomes of commands when the connection is lost, is the <see cref="LinkSet"/>'s business.
/// </summary>
/// <remarks>
/// <para>Whoever adds a command may send: the first one does, and takes along what others add meanwhile. Where the
/// socket takes no more, the rest is the receiver's, who sleeps until it does. So nobody ever waits for a server that
/// does not read.</para>
/// <para>The receiver is the link's own thread. It completes operations, and what these set going is added by it; that
/// is sent together once all that has been received is looked at.</para>
/// </remarks>
internal sealed unsafe partial class Link(LinkSet set, int index) : IReplySink, IDisposable
{
    private const int BufferBytes = 64 << 10;
    private const int LargeRead = 16 << 10;
    private const int LargeReadBuffer = 512;

    // As many as a server works on at a time for one connection; and a copy that is worth a core of its own.
    private const int LightCommands = 16;
    private const int LightBytes = 256 << 10;

    private readonly Lock _lock = new();
    private readonly SlotTable _slots = new();
    private readonly byte* _memory =
        (byte*)NativeMemory.AlignedAlloc(BufferBytes + (2 * NativeCalls.MaxSegments * 16), 4096);
    private ITransport? _transport;
    private CommandChain _unsent;
    private CommandChain _backlog;
    private string? _abortReason;
    private uint _headSent;
    private bool _isSending;
    private bool _isBlocked;
    private int _receiverThread;
    private long _dirtied;
    private long _flushed;

    ~Link() => NativeMemory.AlignedFree(_memory);

    /// <summary>Its number.</summary>
    internal int Index => index;

    /// <summary>True while commands may be added.</summary>
    internal bool IsUp => Volatile.Read(ref _transport) is not null;

    /// <summary>Commands in flight, roughly.</summary>
    internal int InFlight => _slots.Count;

    /// <summary>
    /// True while little is in flight, roughly: then one more travels best here, together with the others.
    /// </summary>
    internal bool IsLight => _slots.Count < LightCommands && _slots.ReadBytes + _slots.WriteBytes < LightBytes;

    /// <summary>True when something waits to be sent, roughly.</summary>
    internal bool HasUnsent => _unsent.Head is not null;

    private byte* Buffer => _memory;

    private IoSegment* SendList => (IoSegment*)(_memory + BufferBytes);

    private IoSegment* ReceiveList => SendList + NativeCalls.MaxSegments;

    /// <summary>Begins with a connection; the calling thread is the receiver from here on.</summary>
    internal void Begin(ITransport transport)
    {
        lock (_lock)
        {
            _receiverThread = Environment.CurrentManagedThreadId;
            (_abortReason, _isBlocked, _headSent, _dirtied, _flushed) = (null, false, 0, 0, 0);
            _transport = transport;
        }
    }

    /// <summary>Adds a command; it is sent by the next <see cref="Kick"/>.</summary>
    /// <returns>False when there is no connection, or no room.</returns>
    internal bool TryAdd(NbdCommand command, long nowMs)
    {
        lock (_lock)
        {
            if (_transport is null || _slots.IsFull || _backlog.Head is not null)
                return false;
            AddOwned(command, nowMs);
            return true;
        }
    }

    /// <summary>Adds a flush of this link, if there is anything to flush here.</summary>
    internal FlushNeed AddFlush(NbdOperation flush, long nowMs)
    {
        lock (_lock)
        {
            if (_dirtied == _flushed)
                return FlushNeed.None;
            if (_transport is null)
                return FlushNeed.Lost;
            NbdCommand command = flush.TakeFlush();
            command.Pin(this, _dirtied);
            if (_slots.IsFull)
                _backlog.Append(command);
            else
                AddOwned(command, nowMs);
            return FlushNeed.Added;
        }
    }

    /// <summary>
    /// For a server that cannot flush: from here on only later writes count as not flushed.
    /// </summary>
    /// <returns>False when there is something to flush and it is lost, of which the set does not know yet.</returns>
    internal bool TryForgetDirt()
    {
        lock (_lock)
        {
            if (_dirtied != _flushed && _transport is null)
                return false;
            _flushed = _dirtied;
            return true;
        }
    }

    /// <summary>The set has taken note of what was lost with the last connection: there is nothing to flush.</summary>
    internal void LossIsNoted()
    {
        lock (_lock)
            _flushed = _dirtied;
    }

    /// <summary>Gives the connection up. Any thread.</summary>
    internal void Abort(string reason)
    {
        lock (_lock)
        {
            _abortReason ??= reason;
            _transport?.Abort();
        }
    }

    /// <summary>Gives the connection up when a command has waited for too long. Any thread.</summary>
    internal void AbortIfLate(long nowMs, int timeoutMs)
    {
        bool isLate;
        lock (_lock)
            isLate = _transport is not null && _slots.Count > 0 && nowMs - _slots.OldestMs() > timeoutMs;
        if (isLate)
            Abort($"it did not answer a request within {timeoutMs} ms");
    }

    /// <summary>Says farewell, where that cannot wait, and gives the connection up.</summary>
    internal void Disconnect()
    {
        lock (_lock)
        {
            if (_transport is { SendingBlocks: false } transport && !_isSending && _unsent.Head is null)
            {
                byte* farewell = stackalloc byte[NbdWire.RequestBytes];
                RequestHeader.Write(new Span<byte>(farewell, NbdWire.RequestBytes), 0, NbdWire.CMD_DISC, 0, 0, 0);
                IoSegment piece = new((nint)farewell, NbdWire.RequestBytes);
                transport.Send(&piece, 1);
            }
        }
        Abort("nobody needs it any more");
    }

    /// <summary>
    /// Ends what <see cref="Begin"/> began: afterwards nobody uses the connection, and its commands are the caller's.
    /// </summary>
    /// <param name="orphans">Takes the commands that have no answer.</param>
    /// <returns>What was acknowledged and had not been flushed.</returns>
    internal Unflushed End(ref CommandChain orphans)
    {
        ITransport transport;
        lock (_lock)
        {
            transport = _transport!;
            transport.Abort();
            Volatile.Write(ref _transport, null);
        }
        SpinWait spin = default;
        while (Volatile.Read(ref _isSending))
            spin.SpinOnce();
        lock (_lock)
        {
            _unsent = default;
            _slots.TakeAll(ref orphans);
            while (_backlog.TakeFirst() is { } command)
                orphans.Append(command);
            transport.Dispose();
            return new Unflushed(_flushed, _dirtied);
        }
    }

    /// <summary>Nobody uses it any more.</summary>
    public void Dispose()
    {
        _toSend.Dispose();
        NativeMemory.AlignedFree(_memory);
        GC.SuppressFinalize(this);
    }

    private void AddOwned(NbdCommand command, long nowMs)
    {
        _slots.Add(command, nowMs);
        _unsent.Append(command);
    }
}
