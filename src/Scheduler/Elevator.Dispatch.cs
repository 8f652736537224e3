namespace IoMerge.Scheduler;

/// <content>The way to the backend.</content>
internal sealed partial class Elevator
{
    // A submitter that only enqueues takes many; one for whom submitting is the work takes little, so that another
    // thread can take the next.
    private const int MaxSubmitsPerTurn = 64;
    private const long MaxInlineBytesPerTurn = 64 << 10;

    private readonly SchedulerCounters _counters = new();
    private readonly RequestQueue _queue;
    private readonly OverlapGuard _guard;
    private readonly FlushTracker _flushes = new();
    private readonly OperationGrower _grower;
    private SchedulerOptions _options;
    private IDispatchPolicy _policy;
    private HoldGovernor _hold;
    private IoRequest? _heldSeed;
    private OperationChain _again;
    private OperationChain _spareOperations;
    private int _spareCount;
    private int _inFlight;
    private bool _flushInFlight;

    private void DispatchOwned(Turn turn, long now)
    {
        int depth = _policy.IsPassThrough ? int.MaxValue : _options.Depth;
        while (_again.Head is not null && _inFlight < depth && HasRoom(turn))
            SubmitOwned(_again.TakeFirst()!, turn);
        if (_flushes.HasDue && !_flushInFlight)
            DispatchFlushOwned(turn);
        while (_queue.Count > 0 && _inFlight < depth && _again.Head is null)
        {
            if (!HasRoom(turn))
            {
                turn.HasMore = true;
                return;
            }
            // Chosen once: a policy counts what it has chosen.
            IoRequest seed = _heldSeed ?? _policy.SelectNext(_queue, now);
            _heldSeed = HoldsOwned(seed, now) ? seed : null;
            if (_heldSeed is not null)
                return;
            DispatchSeedOwned(seed, turn, now);
        }
        turn.HasMore |= _again.Head is not null && _inFlight < depth;
    }

    private bool HasRoom(Turn turn) => turn.SubmitCount < MaxSubmitsPerTurn
        && (!Geometry.CompletesInline || turn.SubmitBytes < MaxInlineBytesPerTurn);

    private void DispatchSeedOwned(IoRequest seed, Turn turn, long now)
    {
        MergedIo io = RentOperationOwned();
        _grower.Grow(io, seed, _policy);
        _policy.Dispatched(seed, io.Whole);
        CountDepartureOwned(io, now);
        _guard.TakeOff(io.Lock);
        _counters.Dispatched(io);
        SubmitOwned(io, turn);
    }

    /// <summary>Takes a request out of the queue that will not be dispatched.</summary>
    private void WithdrawOwned(IoRequest queued)
    {
        _queue.Remove(queued);
        _policy.Removed(queued);
        if (_heldSeed == queued)
            _heldSeed = null;
    }

    private void CountDepartureOwned(MergedIo io, long now)
    {
        long epoch = io.FirstMember!.Epoch;
        for (IoRequest? member = io.FirstMember; member is not null; member = member.NextInChain)
        {
            _counters.Queued(now - member.ArrivedAtNs);
            epoch = Math.Min(epoch, member.Epoch);
        }
        if (!io.Lock.IsChange)
            return;
        // The operation counts for the earliest epoch of its members, in their place.
        io.Epoch = epoch;
        _flushes.Enter(epoch);
        for (IoRequest? member = io.FirstMember; member is not null; member = member.NextInChain)
            _flushes.Leave(member.Epoch);
    }

    private void DispatchFlushOwned(Turn turn)
    {
        MergedIo io = RentOperationOwned();
        io.BeginFlush(_flushes.TakeDue()!);
        io.Seal();
        _flushInFlight = true;
        _counters.Dispatched(io);
        SubmitOwned(io, turn);
    }

    private void SubmitOwned(MergedIo io, Turn turn)
    {
        io.CompletedAtNs = null;
        _inFlight++;
        if (_inFlight > _counters.MaxInFlight)
            _counters.MaxInFlight = _inFlight;
        turn.Submit(io);
    }

    /// <summary>True when a free slot is left free on purpose; the timer is armed then.</summary>
    private bool HoldsOwned(IoRequest seed, long now)
    {
        if (_hold.NeverHolds || _policy.IsPassThrough || _flushes.HasWaiting || _closed.IsError)
            return false;
        var run = Run.Around(seed, _hold.UsualMembers);
        InFlightExtent? before = _inFlight > 0 ? _guard.EndingAt(seed.Direction, run.Extent.Offset) : null;
        Continuation continuation = run.ContinuationOf(before, _grower.Limits);
        if (continuation == Continuation.Joinable)
            _hold.SawSplit(before!.Members + run.Count);
        long until = _hold.WaitUntil(
            now, seed.ArrivedAtNs, Arrival.Oldest(_queue).ArrivedAtNs, run.Count, _admittedRequests, continuation);
        if (until == 0)
            return false;
        _counters.Holds++;
        _timer.Arm(until - now);
        return true;
    }

    private MergedIo RentOperationOwned()
    {
        if (_spareOperations.TakeFirst() is not { } io)
            return new MergedIo(this);
        _spareCount--;
        return io;
    }

    private void ReturnOperationOwned(MergedIo io)
    {
        if (_spareCount >= 2 * SchedulerLimits.MaxDepth)
            return;
        _spareCount++;
        _spareOperations.Prepend(io);
    }
}
