namespace IoMerge.Backends.Nbd;

/// <summary>
/// The connections to one export, and the commands that wait for one. It gives each command to a connection, takes
/// back those of a connection that was lost, and knows when waiting is over.
/// </summary>
/// <remarks>Locks are taken in one order: this one's, then a link's, then an operation's; none is held while an
/// operation is told its end.</remarks>
internal sealed partial class LinkSet : IAsyncDisposable
{
    private const int MaxDeferred = 16;
    private const int MaxSpareOperations = 1024;

    [ThreadStatic]
    private static LinkSet? t_receivesFor;

    [ThreadStatic]
    private static int t_deferred;

    private readonly Lock _gate = new();
    private readonly Lock _poolLock = new();
    private readonly Stack<NbdOperation> _spare = new();
    private readonly Link[] _links;
    private readonly NbdBackendOptions _options;
    private readonly INbdEvents? _events;
    private readonly string _server;
    private CommandChain _waiting;
    private int _waitingCount;
    private long _size;
    private long _commands;
    private long _replays;
    private long _reconnects;
    private int _up;

    /// <param name="options">How long to wait for what.</param>
    /// <param name="server">The server, for messages.</param>
    /// <param name="info">The export as it was opened.</param>
    /// <param name="events">Is told what happens; null: nobody.</param>
    internal LinkSet(NbdBackendOptions options, string server, ExportInfo info, INbdEvents? events)
    {
        (_options, _server, Info, _events, _size) = (options, server, info, events, info.Size);
        _awaySinceMs = Environment.TickCount64;
        IsReadOnly = options.ReadOnly || info.Has(ExportFlags.ReadOnly);
        int count = info.Has(ExportFlags.CanMultiConn) ? options.Connections : 1;
        _links = [.. Enumerable.Range(0, count).Select(index => new Link(this, index))];
    }

    /// <summary>The export as it was opened; what it can do never becomes less.</summary>
    internal ExportInfo Info { get; }

    /// <summary>True when nothing may be changed.</summary>
    internal bool IsReadOnly { get; }

    /// <summary>Size in bytes at this moment. Any thread.</summary>
    internal long Size => Volatile.Read(ref _size);

    /// <summary>The links, connected or not.</summary>
    internal IReadOnlyList<Link> Links => _links;

    /// <summary>What happened so far. Any thread.</summary>
    internal NbdStatistics Statistics => new(Volatile.Read(ref _up), Interlocked.Read(ref _reconnects),
        Interlocked.Read(ref _replays), Interlocked.Read(ref _commands), IsLost);

    /// <summary>An operation that serves nobody.</summary>
    internal NbdOperation Rent()
    {
        lock (_poolLock)
        {
            if (_spare.TryPop(out NbdOperation? operation))
                return operation;
        }
        return new NbdOperation(this);
    }

    /// <summary>Keeps an operation for the next.</summary>
    internal void Return(NbdOperation operation)
    {
        lock (_poolLock)
        {
            if (_spare.Count < MaxSpareOperations)
                _spare.Push(operation);
        }
    }

    /// <summary>Says that this thread receives: what it adds is sent when it has looked at all that has come.</summary>
    internal void ReceiveHere() => t_receivesFor = this;

    /// <summary>
    /// Gives a command to a connection, or lets it wait for one. What is added is sent by <see cref="SendAdded"/>.
    /// </summary>
    internal void Dispatch(NbdCommand command)
    {
        if (Volatile.Read(ref _waitingCount) == 0 && TryPlace(command))
        {
            if (++t_deferred >= MaxDeferred)
                SendAdded();
            return;
        }
        Errno failure;
        lock (_gate)
        {
            failure = _lostBecause;
            if (failure.IsSuccess)
            {
                _waiting.Append(command);
                _waitingCount++;
            }
        }
        if (failure.IsError)
            End(command, failure);
        else
            PlaceWaiting();
    }

    /// <summary>Sends what was added. Any thread; costs little when there is nothing.</summary>
    internal void SendAdded()
    {
        t_deferred = 0;
        foreach (Link link in _links)
        {
            if (link.HasUnsent)
                link.Kick();
        }
    }

    /// <summary>The end of a submission: sends what was added, unless this thread does so anyway.</summary>
    internal void SubmissionEnds()
    {
        if (t_receivesFor != this)
            SendAdded();
    }

    /// <summary>
    /// Makes commands of a flush: one for each connection that has something to flush, or one for any.
    /// </summary>
    internal void DispatchFlush(NbdOperation flush)
    {
        long now = Environment.TickCount64;
        int count = 0;
        lock (_gate)
        {
            bool reports = _hasUnreportedLoss && flush.IsFlush;
            if (_lostBecause.IsError || reports)
            {
                flush.Fail(_lostBecause.IsError ? _lostBecause : Errno.EIO);
                _hasUnreportedLoss &= !reports;
                return;
            }
            foreach (Link link in _links)
            {
                FlushNeed need = link.AddFlush(flush, now);
                count += need == FlushNeed.Added ? 1 : 0;
                // Its connection is gone, and the note of it is on its way: no other connection can make up for that.
                if (need == FlushNeed.Lost)
                    flush.LoseWrites();
            }
        }
        if (count == 0 && !flush.HasFailed)
            Dispatch(flush.TakeFlush());
    }

    /// <summary>
    /// A flush of a server that has no such command: nothing is asked, and what was lost since the last one is told.
    /// </summary>
    internal Errno EndFlush()
    {
        lock (_gate)
        {
            if (_lostBecause.IsError)
                return _lostBecause;
            bool isLost = _hasUnreportedLoss;
            _hasUnreportedLoss = false;
            foreach (Link link in _links)
                isLost |= !link.TryForgetDirt();
            return isLost ? Errno.EIO : Errno.None;
        }
    }

    /// <summary>A command has its answer.</summary>
    internal void CommandAnswered(NbdCommand command)
    {
        Interlocked.Increment(ref _commands);
        command.Owner.CommandEnded(command);
        PlaceWaiting();
    }

    private static void End(NbdCommand command, Errno error)
    {
        command.Error = error;
        command.Owner.CommandEnded(command);
    }

    private void PlaceWaiting()
    {
        if (Volatile.Read(ref _waitingCount) == 0)
            return;
        lock (_gate)
        {
            while (_waiting.TakeFirst() is { } command)
            {
                if (!TryPlace(command))
                {
                    _waiting.Prepend(command);
                    return;
                }
                _waitingCount--;
            }
        }
    }

    private bool TryPlace(NbdCommand command)
    {
        long now = Environment.TickCount64;
        Link? least = null;
        foreach (Link link in _links)
        {
            if (!link.IsUp)
                continue;
            if (link.IsLight && link.TryAdd(command, now))
                return true;
            if (least is null || link.InFlight < least.InFlight)
                least = link;
        }
        return least is not null && least.TryAdd(command, now);
    }
}
