namespace IoMerge.Backends.Nbd;

/// <content>What happens when connections come and go.</content>
internal sealed partial class LinkSet
{
    private Errno _lostBecause;
    private bool _hasUnreportedLoss;
    private long _dirtyLosses;
    private long _awaySinceMs;
    private string? _lastReason;

    /// <summary>How often acknowledged and unflushed writes were lost so far.</summary>
    internal long DirtyLosses => Interlocked.Read(ref _dirtyLosses);

    /// <summary>True while everything fails.</summary>
    private bool IsLost
    {
        get
        {
            lock (_gate)
                return _lostBecause.IsError;
        }
    }

    /// <summary>True when an operation has had all the time that the options give to one.</summary>
    internal bool IsTooOld(NbdOperation operation, long nowMs) =>
        nowMs - operation.BeganAtMs > (long)_options.RequestTimeoutMs + _options.ReconnectTimeoutMs;

    /// <summary>A connection is there; what waits is given to it.</summary>
    /// <param name="info">The export as it is there.</param>
    /// <param name="isFirst">False when it is made in place of a lost one.</param>
    internal void LinkIsUp(ExportInfo info, bool isFirst)
    {
        bool grew;
        lock (_gate)
        {
            _up++;
            _lostBecause = Errno.None;
            _lastReason = null;
            grew = info.Size > _size;
            if (grew)
                Volatile.Write(ref _size, info.Size);
        }
        if (!isFirst)
        {
            Interlocked.Increment(ref _reconnects);
            _events?.Reconnected(_server, Interlocked.Read(ref _replays));
        }
        if (grew)
            _events?.Grew(_server, info.Size);
        PlaceWaiting();
        SendAdded();
    }

    /// <summary>A connection is lost: its commands go to the others, or wait.</summary>
    /// <param name="link">Whose it was.</param>
    /// <param name="orphans">Its commands without an answer.</param>
    /// <param name="unflushed">What was acknowledged and had not been flushed.</param>
    /// <param name="reason">Why.</param>
    internal void LinkIsDown(Link link, CommandChain orphans, Unflushed unflushed, string reason)
    {
        long now = Environment.TickCount64;
        bool isNews;
        lock (_gate)
        {
            isNews = unflushed.Exists && !_hasUnreportedLoss;
            if (unflushed.Exists)
            {
                _hasUnreportedLoss |= !unflushed.IsToldBy(orphans);
                _dirtyLosses++;
            }
            link.LossIsNoted();
            if (--_up == 0)
                _awaySinceMs = now;
        }
        if (!_isStopping)
        {
            _events?.ConnectionLost(_server, reason);
            if (isNews)
                _events?.UnflushedWritesLost(_server);
        }
        GiveUpIfDue(now);
        while (orphans.TakeFirst() is { } command)
            Again(command, unflushed.Exists, now);
        SendAdded();
    }

    /// <summary>An attempt to connect failed.</summary>
    internal void ConnectFailed(string reason)
    {
        lock (_gate)
        {
            if (_up > 0 || _lastReason == reason || _isStopping)
                return;
            _lastReason = reason;
        }
        _events?.Unreachable(_server, reason);
    }

    /// <summary>The server is there with another export: everything fails, unless another connection is left.</summary>
    internal void ExportChanged(string what)
    {
        bool isNews;
        lock (_gate)
        {
            isNews = _lastReason != what;
            _lastReason = what;
        }
        if (isNews)
            _events?.ExportChanged(_server, what);
        Lose(Errno.EIO);
    }

    /// <summary>Looks at what has waited for too long.</summary>
    internal void Tick()
    {
        long now = Environment.TickCount64;
        foreach (Link link in _links)
            link.AbortIfLate(now, _options.RequestTimeoutMs);
        GiveUpIfDue(now);
    }

    private void GiveUpIfDue(long now)
    {
        lock (_gate)
        {
            if (_up > 0 || _lostBecause.IsError || now - _awaySinceMs < _options.ReconnectTimeoutMs)
                return;
        }
        Errno error = new((int)_options.FailErrno);
        if (Lose(error))
            _events?.GaveUp(_server, error);
    }

    /// <summary>Ends everything that waits, and from now on what comes.</summary>
    private bool Lose(Errno error)
    {
        CommandChain waiting;
        lock (_gate)
        {
            if (_up > 0 || _lostBecause.IsError)
                return false;
            _lostBecause = error;
            waiting = _waiting;
            _waiting = default;
            _waitingCount = 0;
        }
        while (waiting.TakeFirst() is { } command)
            End(command, error);
        return true;
    }

    private void Again(NbdCommand command, bool hasLostWrites, long now)
    {
        if (command.Pinned is not null && hasLostWrites)
        {
            command.HasLostWrites = true;
            End(command, Errno.EIO);
            return;
        }
        if (IsTooOld(command.Owner, now))
        {
            End(command, new Errno((int)_options.FailErrno));
            return;
        }
        Interlocked.Increment(ref _replays);
        command.Restart();
        // A flush that was for that link alone has nothing left to flush there; what it counted was that connection's.
        command.Unpin();
        Dispatch(command);
    }
}
