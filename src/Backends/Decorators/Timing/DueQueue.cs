namespace IoMerge.Backends.Decorators;

/// <summary>
/// Operations that wait for their moment, and go on when it has come: in order of the moment, then of arrival. Holds no
/// more than its submitter has in flight. Any thread.
/// </summary>
internal sealed class DueQueue : IDisposable
{
    private readonly Lock _lock = new();
    private readonly PriorityQueue<BackendIo, (long Due, long Order)> _waiting = new();
    private readonly Action<BackendIo> _release;
    private readonly TimeProvider _time;
    private readonly IAlarm _alarm;
    private long _order;
    private bool _closed;

    internal DueQueue(TimeProvider time, string name, Action<BackendIo> release)
    {
        _time = time;
        _release = release;
        _alarm = ReferenceEquals(time, TimeProvider.System)
            ? new PreciseAlarm(time, name, ReleaseDue)
            : new ProviderAlarm(time, ReleaseDue);
    }

    /// <summary>Keeps an operation until a moment; one that has passed is as good as now.</summary>
    internal void Add(BackendIo io, long due)
    {
        bool earliest;
        lock (_lock)
        {
            if (!_closed)
                _waiting.Enqueue(io, (due, _order++));
            earliest = !_closed && _waiting.Peek() == io;
            if (_closed)
                due = long.MinValue;
        }
        if (due == long.MinValue)
            _release(io);
        else if (earliest)
            _alarm.SetFor(due);
    }

    /// <summary>Lets everything go that still waits, and from now on whatever comes at once.</summary>
    public void Dispose()
    {
        lock (_lock)
            _closed = true;
        ReleaseDue();
        _alarm.Dispose();
    }

    private void ReleaseDue()
    {
        while (TryTake(out BackendIo? io, out long next))
        {
            if (io is null)
            {
                _alarm.SetFor(next);
                return;
            }
            _release(io);
        }
    }

    /// <returns>
    /// False when nothing waits; else the operation that is due, or none and when the first one will be.
    /// </returns>
    private bool TryTake(out BackendIo? io, out long next)
    {
        lock (_lock)
        {
            next = 0;
            if (!_waiting.TryPeek(out io, out (long Due, long Order) first))
                return false;
            if (!_closed && first.Due > _time.GetTimestamp())
            {
                io = null;
                next = first.Due;
                return true;
            }
            _waiting.Dequeue();
            return true;
        }
    }
}
