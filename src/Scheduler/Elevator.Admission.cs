using IoMerge.Backends;

namespace IoMerge.Scheduler;

/// <content>The way in: bounds, checks, ordering, and the way back out for cancelled requests.</content>
internal sealed partial class Elevator
{
    private const long CancelMemoryNs = 1_000_000_000;

    private readonly (ulong Id, long Until)[] _earlyCancels = new (ulong, long)[32];
    private int _nextEarlyCancel;
    private bool _hasEarlyCancels;

    private readonly AdmissionGauge _gauge;
    private RequestChain _parked;
    private int _parkedRequests;
    private long _parkedBytes;
    private int _admittedRequests;
    private long _admittedBytes;
    private int _admittedWhenBoundShrank;
    private long _sequence;
    private Errno _closed;

    private TaskCompletionSource? _idle;

    internal bool IsCongested => _gauge.IsCongested;

    internal bool IsReserveExhausted => _gauge.IsReserveExhausted;

    /// <summary>Told when congestion ended; on any thread.</summary>
    internal Action? CongestionEnded { get; set; }

    internal void RaiseCongestionEnded() => CongestionEnded?.Invoke();

    /// <summary>From now on everything that arrives is refused with that error.</summary>
    internal void Close(Errno error) => RunOwned(() => _closed = error);

    /// <summary>Completes at the next moment when nothing is parked, queued or in flight.</summary>
    internal Task WhenIdle() => RunOwned(() =>
    {
        if (IsIdleOwned())
            return Task.CompletedTask;
        _idle ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return _idle.Task;
    });

    private bool IsIdleOwned() => _admittedRequests == 0 && _parkedRequests == 0 && _inFlight == 0;

    private void TakeInOwned(IoRequest chain, Turn turn, long now)
    {
        for (IoRequest? request = chain; request is not null;)
        {
            IoRequest? next = request.NextInChain;
            request.NextInChain = null;
            request.Sequence = ++_sequence;
            request.ArrivedAtNs = now;
            request.IsChange = request.Kind.Changes();
            _counters.Arrived(request);
            if (_parked.Head is not null || !FitsOwned(request))
                ParkOwned(request);
            else
                AdmitOwned(request, turn);
            request = next;
        }
    }

    /// <summary>A request that is larger than the bound passes when it is alone.</summary>
    private bool FitsOwned(IoRequest request) =>
        _admittedRequests == 0
        || (_admittedRequests < _options.QueueMaxRequests
            && request.Weight64 <= _options.QueueMaxBytes - _admittedBytes);

    private void ParkOwned(IoRequest request)
    {
        request.State = RequestState.Parked;
        _parked.Append(request);
        _parkedRequests++;
        _parkedBytes += request.Weight64;
    }

    private void UnparkOwned(Turn turn)
    {
        while (_parked.Head is { } request && FitsOwned(request))
        {
            _ = _parked.TakeFirst();
            CountUnparkedOwned(request);
            AdmitOwned(request, turn);
        }
    }

    private void CountUnparkedOwned(IoRequest request)
    {
        _parkedRequests--;
        _parkedBytes -= request.Weight64;
    }

    private void AdmitOwned(IoRequest request, Turn turn)
    {
        _admittedRequests++;
        _admittedBytes += request.Weight64;
        request.State = RequestState.Outside;
        Errno refusal = RefusalOwned(request);
        if (refusal.IsError)
        {
            SettleOwned(request, turn, refusal, 0);
        }
        else if (request.Kind == IoKind.Flush)
        {
            request.State = RequestState.Blocked;
            _flushes.Add(request);
        }
        else if (request.Extent.IsEmpty && request.Kind is not (IoKind.Resize or IoKind.SeekData or IoKind.SeekHole))
        {
            SettleOwned(request, turn, Errno.None, 0);
        }
        else
        {
            if (request.IsChange)
            {
                request.Epoch = _flushes.CurrentEpoch;
                _flushes.Enter(request.Epoch);
            }
            (request.Offset, request.LockEnd) = LockOf(request);
            if (_guard.TryPass(request))
            {
                EnqueueOwned(request);
            }
            else
            {
                _counters.OverlapWaits++;
                _counters.Refused(MergeRefusal.Overlap);
            }
        }
    }

    private void EnqueueOwned(IoRequest request)
    {
        _queue.Add(request);
        _policy.Added(request);
    }

    private Errno RefusalOwned(IoRequest request)
    {
        if (_closed.IsError)
            return _closed;
        if (_hasEarlyCancels && request.Id != 0 && WasCancelledOwned(request.Id, request.ArrivedAtNs))
            return Errno.ECANCELED;
        if (request.IsChange && Geometry.IsReadOnly)
            return Errno.EROFS;
        bool served = request.Kind switch
        {
            IoKind.Discard => Geometry.CanDiscard,
            IoKind.Zero => Geometry.CanZero,
            IoKind.Allocate => Geometry.CanAllocate,
            IoKind.Resize => Geometry.CanResize,
            IoKind.SeekData or IoKind.SeekHole => Geometry.CanSeekData,
            _ => true,
        };
        if (!served)
            return Errno.EOPNOTSUPP;
        bool staysInside = !request.IsChange || Geometry.CanResize || request.Extent.End <= Backend.Size;
        return staysInside ? Errno.None : Errno.ENOSPC;
    }

    /// <summary>
    /// The bytes that others must keep away from. What writes beyond the end holds everything from the end on; a resize
    /// holds all, because where the end will be by then depends on what is before it; a search for data looks at
    /// everything behind.
    /// </summary>
    private (long Offset, long LockEnd) LockOf(IoRequest request)
    {
        Extent extent = request.Extent;
        switch (request.Kind)
        {
            case IoKind.Resize:
                return (0, long.MaxValue);
            case IoKind.SeekData or IoKind.SeekHole:
                return (extent.Offset, long.MaxValue);
            default:
                if (!request.IsChange || !Geometry.CanResize)
                    return (extent.Offset, extent.End);
                long size = Backend.Size;
                return extent.End <= size
                    ? (extent.Offset, extent.End)
                    : (Math.Min(extent.Offset, size), long.MaxValue);
        }
    }

    /// <summary>Lets requests that waited for somebody ask again.</summary>
    private void WakeOwned(IoRequest? waiters)
    {
        while (waiters is not null)
        {
            IoRequest request = waiters;
            waiters = request.NextWaiter;
            request.NextWaiter = null;
            // The store may have been resized meanwhile; then its place is another.
            (long offset, long lockEnd) = LockOf(request);
            bool passes = offset == request.Offset && lockEnd == request.LockEnd
                ? _guard.TryPass(request)
                : _guard.TryPassAnew(request, offset, lockEnd);
            if (passes)
                EnqueueOwned(request);
        }
    }

    /// <summary>Ends an admitted request outside of an operation; it is told after the turn.</summary>
    private void SettleOwned(IoRequest request, Turn turn, Errno error, long result)
    {
        _admittedRequests--;
        _admittedBytes -= request.Weight64;
        EndOwned(request, turn, error, result);
    }

    /// <summary>Ends a request that is not, or no longer, admitted; it is told after the turn.</summary>
    private void EndOwned(IoRequest request, Turn turn, Errno error, long result)
    {
        _gauge.EndedOwned(1, request.Weight64);
        _counters.Completed++;
        if (error == Errno.ECANCELED)
            _counters.Cancelled++;
        else if (error.IsError)
            _counters.Failed++;
        turn.Settle(request, error, result);
    }

    private void CancelOwned(ulong id, Turn turn, long now)
    {
        if (id == 0)
            return;
        if (FindQueuedOwned(id) is { } queued)
        {
            _queue.Remove(queued);
            _policy.Removed(queued);
            LeaveOwned(queued, turn, Errno.ECANCELED);
        }
        else if (_guard.FindBlocked(id) is { } blocked)
        {
            _guard.Withdraw(blocked);
            LeaveOwned(blocked, turn, Errno.ECANCELED);
        }
        else if (_flushes.Withdraw(id) is { } flush)
        {
            SettleOwned(flush, turn, Errno.ECANCELED, 0);
        }
        else if (!CancelParkedOwned(id, turn))
        {
            // In flight, over, or overtaken by its own cancel.
            _earlyCancels[_nextEarlyCancel++ % _earlyCancels.Length] = (id, now + CancelMemoryNs);
            _hasEarlyCancels = true;
        }
    }

    /// <summary>
    /// Ends a request that is out of queue and guard already, and lets those go on that waited for it.
    /// </summary>
    private void LeaveOwned(IoRequest request, Turn turn, Errno error)
    {
        IoRequest? waiters = OverlapGuard.TakeWaiters(request);
        if (request.IsChange)
            _flushes.Leave(request.Epoch);
        SettleOwned(request, turn, error, 0);
        WakeOwned(waiters);
    }

    private IoRequest? FindQueuedOwned(ulong id)
    {
        for (int side = 0; side < 2; side++)
        {
            IoRequest? request = _queue.Oldest((RequestDirection)side);
            while (request is not null && request.Id != id)
                request = request.Younger;
            if (request is not null)
                return request;
        }
        return null;
    }

    private bool CancelParkedOwned(ulong id, Turn turn)
    {
        if (_parked.Take(id) is not { } request)
            return false;
        CountUnparkedOwned(request);
        EndOwned(request, turn, Errno.ECANCELED, 0);
        return true;
    }

    private bool WasCancelledOwned(ulong id, long now)
    {
        bool any = false;
        bool found = false;
        for (int i = 0; i < _earlyCancels.Length; i++)
        {
            bool expired = _earlyCancels[i].Until <= now;
            bool meant = _earlyCancels[i].Id == id;
            found |= meant && !expired;
            if (meant || expired)
                _earlyCancels[i] = default;
            any |= _earlyCancels[i].Id != 0;
        }
        _hasEarlyCancels = any;
        return found;
    }

    private void PublishOwned(Turn turn)
    {
        if (_gauge.SettleOwned(_parkedRequests, _parkedBytes))
            turn.EndCongestion();
        if (_idle is not null && IsIdleOwned())
        {
            turn.SignalIdle(_idle);
            _idle = null;
        }
    }
}
