using IoMerge.Backends;

namespace IoMerge.Scheduler;

/// <content>The way in: bounds, checks, ordering; and the end of requests outside of an operation.</content>
internal sealed partial class Elevator
{
    private readonly AdmissionGauge _gauge;
    private RequestChain _parked;
    private int _parkedRequests;
    private long _parkedBytes;
    private int _admittedRequests;
    private long _admittedBytes;
    private int _admittedWhenBoundShrank;
    private long _sequence;
    private Errno _closed;

    private readonly List<TaskCompletionSource> _idle = [];

    // Turns that have ended requests and not told them yet, and whether somebody waits for the last of them.
    private int _telling;
    private int _idleIsAwaited;

    // Where taking in has come to, so that an exception in the middle leaves nobody behind.
    private IoRequest? _arriving;
    private IoRequest? _admitting;

    internal bool IsCongested => _gauge.IsCongested;

    internal bool IsReserveExhausted => _gauge.IsReserveExhausted;

    /// <summary>Told when congestion ended; on any thread.</summary>
    internal Action? CongestionEnded { get; set; }

    internal void RaiseCongestionEnded()
    {
        try
        {
            CongestionEnded?.Invoke();
        }
        catch (Exception exception)
        {
            ReportMisuse("A listener to CongestionEnded threw.", exception);
        }
    }

    /// <summary>
    /// Refuses with ESHUTDOWN whatever is submitted after this; what came before is still served, parked or not.
    /// </summary>
    internal void Close()
    {
        Post(new ElevatorEvent(ElevatorEventKind.Close, null, 0));
        Pump();
    }

    /// <summary>
    /// Completes at the next moment when nothing is parked, queued or in flight; what was submitted before counts, also
    /// if no owner has taken it in yet.
    /// </summary>
    internal Task WhenIdle()
    {
        var idle = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Post(new ElevatorEvent(ElevatorEventKind.WhenIdle, idle, 0));
        Pump();
        return idle.Task;
    }

    /// <summary>Requests queued or in flight. Any thread.</summary>
    internal int AdmittedNow => Volatile.Read(ref _admittedRequests);

    private bool IsIdleOwned() => _admittedRequests == 0 && _parkedRequests == 0 && _inFlight == 0;

    /// <summary>A turn has told what it had ended. Not while the elevator is owned.</summary>
    internal void EndTellingSettled()
    {
        // A full fence: either who waits sees that nobody tells any more, or is seen to wait.
        if (Interlocked.Decrement(ref _telling) == 0 && Volatile.Read(ref _idleIsAwaited) != 0)
            Wake();
    }

    private void TakeInOwned(IoRequest chain, Turn turn, long now)
    {
        _arriving = chain;
        while (_arriving is { } request)
        {
            _arriving = request.NextInChain;
            request.NextInChain = null;
            request.Sequence = ++_sequence;
            request.ArrivedAtNs = now;
            request.IsChange = request.Kind.Changes();
            _counters.Arrived(request);
            if (_closed.IsError)
                EndOwned(request, turn, _closed, 0);
            else if (_parked.Head is not null || !FitsOwned(request))
                ParkOwned(request);
            else
                AdmitOwned(request, turn);
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
            turn.TakesTime();
        }
    }

    private void CountUnparkedOwned(IoRequest request)
    {
        _parkedRequests--;
        _parkedBytes -= request.Weight64;
    }

    private void AdmitOwned(IoRequest request, Turn turn)
    {
        _admitting = request;
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
        _admitting = null;
    }

    private void EnqueueOwned(IoRequest request)
    {
        _queue.Add(request);
        _policy.Added(request);
    }

    private Errno RefusalOwned(IoRequest request)
    {
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

    private void CountTellingOwned(Turn turn)
    {
        if (turn.BeginsTellingSettled())
            Interlocked.Increment(ref _telling);
    }

    /// <summary>
    /// Who waits for the end is told after all others, also after those that another turn has still to tell.
    /// </summary>
    private void SignalIdleOwned(Turn turn)
    {
        Interlocked.Exchange(ref _idleIsAwaited, 1);
        if (Volatile.Read(ref _telling) > 0)
            return;
        Volatile.Write(ref _idleIsAwaited, 0);
        turn.SignalIdle(_idle);
        _idle.Clear();
    }

    private void PublishOwned(Turn turn)
    {
        if (_gauge.SettleOwned(_parkedRequests, _parkedBytes))
            turn.EndCongestion();
        if (_policy is GuardedPolicy guarded && guarded.TakeFault() is { } fault)
            turn.Report(fault.What, fault.Exception);
        if (_idle.Count > 0 && IsIdleOwned())
            SignalIdleOwned(turn);
        CountTellingOwned(turn);
    }
}
