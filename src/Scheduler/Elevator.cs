using System.Diagnostics;
using System.Threading.Channels;
using IoMerge.Backends;

namespace IoMerge.Scheduler;

/// <summary>
/// The actor at the heart: it owns queue, guard, flush tracker, policy and books, and has one owner at a time. Others
/// talk to it by events. Whoever has one tries to become the owner, and posts the event to the channel if somebody else
/// is. The owner takes in all events, dispatches what the policy allows, gives the elevator free, carries out what was
/// decided (<see cref="Turn"/>), and looks again. Nobody waits for a lock and nothing is handed to another thread.
/// </summary>
/// <remarks>
/// This file is the pump and the doors; admission, dispatch and completion are parts of their own. Members that rely on
/// being the owner end in <c>Owned</c>.
/// </remarks>
internal sealed partial class Elevator
{
    // The channel is unbounded by type and bounded in fact: by one event for each operation in flight, and by what
    // submitters post before they look at IsCongested (a plug each), which counts the channel too. Nothing is refused:
    // a program that does not look is bounded by what it has outstanding itself.
    private readonly Channel<ElevatorEvent> _events = Channel.CreateUnbounded<ElevatorEvent>(
        new UnboundedChannelOptions { SingleReader = true, AllowSynchronousContinuations = false });

    private readonly Turn?[] _spareTurns = new Turn?[4];
    private Turn? _spareVisit;
    private readonly SchedulerClock _clock;
    private readonly IHoldTimer _timer;
    private int _owned;
    private int _pending;

    internal Elevator(IBackend backend, SchedulerOptions options, TimeProvider time, Func<Elevator, IHoldTimer>? timer)
    {
        Backend = backend;
        Geometry = backend.Geometry;
        Buffers = new NativeBufferPool(
            maxRetainedBytes: 16 << 20, Geometry.PrefersRegisteredMemory ? backend.RegisterMemory : null);
        _clock = new SchedulerClock(time);
        _timer = timer is null ? new HoldTimer(Wake) : timer(this);
        _queue = new RequestQueue();
        _guard = new OverlapGuard(_queue, Geometry.BlockSize);
        _policy = GuardedPolicy.Around(DispatchPolicyFactory.Create(options));
        _grower = new OperationGrower(_queue, _guard, _counters)
        {
            Limits = MergeLimits.Create(options.Merge, Geometry, !_policy.IsPassThrough),
        };
        _hold = new HoldGovernor(options.Hold);
        _options = options;
        _gauge = new AdmissionGauge(options);
    }

    /// <summary>The store.</summary>
    internal IBackend Backend { get; }

    /// <summary>What the store demands; asked once.</summary>
    internal BackendGeometry Geometry { get; }

    /// <summary>Memory for reads that bring none.</summary>
    internal NativeBufferPool Buffers { get; }

    /// <summary>
    /// Told on any thread about faults that are bugs, ours or a backend's: a sentence, and the exception if there is
    /// one.
    /// </summary>
    internal Action<string, Exception?>? Fault { get; set; }

    /// <summary>
    /// Told after outcomes were told, on the same thread; see <see cref="IoScheduler.OutcomesTold"/>.
    /// </summary>
    internal Action? OutcomesTold { get; set; }

    /// <summary>See <see cref="IoScheduler.MergesLately"/>.</summary>
    internal bool MergesLately => Volatile.Read(ref _hold).MergesLately;

    /// <summary>The time, in nanoseconds of the scheduler's clock. Any thread.</summary>
    internal long NowNs() => _clock.NowNs();

    /// <summary>Posts a plug and pumps.</summary>
    /// <param name="chain">The requests in order of arrival, chained by <see cref="IoRequest.NextInChain"/>.</param>
    internal void Arrive(IoRequest chain)
    {
        _gauge.Submitted(chain);
        Happened(new ElevatorEvent(ElevatorEventKind.Arrived, chain, 0));
    }

    /// <summary>Posts a cancel and pumps.</summary>
    internal void Cancel(ulong id)
    {
        Post(new ElevatorEvent(ElevatorEventKind.Cancel, null, id));
        Pump();
    }

    /// <summary>Makes the elevator look again: the end of a hold.</summary>
    internal void Wake()
    {
        Post(new ElevatorEvent(ElevatorEventKind.Wake, null, 0));
        Pump();
    }

    /// <summary>An operation came back; its members may have been told already.</summary>
    internal void OperationCompleted(MergedIo io)
    {
        if (Turn.ActiveFor(this) is { } turn)
        {
            turn.Land(io);
            return;
        }
        Happened(new ElevatorEvent(ElevatorEventKind.Completed, io, 0));
    }

    /// <summary>
    /// Works off what has completed at the store, as one turn: outcomes are told together, and what they make room for
    /// is decided once.
    /// </summary>
    internal void WorkOff(ICompletionSource source)
    {
        if (Turn.ActiveFor(this) is not null)
        {
            source.WorkOff();
            return;
        }
        // Not one of the spare turns: only the owner takes those, and this begins without being it.
        Turn turn = Interlocked.Exchange(ref _spareVisit, null) ?? new Turn(this);
        turn.Enter();
        turn.Visit(source);
        RunTurns(turn, isOwner: false);
        turn.Leave();
        Volatile.Write(ref _spareVisit, turn);
    }

    /// <summary>Tells about a fault. Not while the elevator is owned: the listener may ask it something.</summary>
    internal void ReportMisuse(string what, Exception? exception = null)
    {
        try
        {
            Fault?.Invoke(what, exception);
        }
        catch (Exception)
        {
            // A listener that throws has nobody left to be told of it, and must not keep others from their answers.
        }
    }

    internal void SubmitToBackend(MergedIo io)
    {
        try
        {
            Backend.Submit(io);
        }
        catch (Exception exception)
        {
            ReportMisuse($"The backend threw from Submit ({io.Kind} {io.Extent}).", exception);
            io.CompleteAfterThrow();
        }
    }

    internal void BeginBatch()
    {
        try
        {
            Backend.BeginBatch();
        }
        catch (Exception exception)
        {
            ReportMisuse("The backend threw from BeginBatch.", exception);
        }
    }

    internal void EndBatch()
    {
        try
        {
            Backend.EndBatch();
        }
        catch (Exception exception)
        {
            ReportMisuse("The backend threw from EndBatch.", exception);
        }
    }

    /// <summary>
    /// Becomes the owner, if need be by waiting for the short turn of another, and runs the function.
    /// </summary>
    internal T RunOwned<T>(Func<T> function)
    {
        var spin = default(SpinWait);
        while (!TryOwn())
            spin.SpinOnce();
        try
        {
            return function();
        }
        finally
        {
            Interlocked.Exchange(ref _owned, 0);
            Pump();
        }
    }

    /// <summary>
    /// Takes an event in, or leaves that to whoever owns the elevator. Who owns it at once, as nearly always, has no
    /// need of the channel.
    /// </summary>
    private void Happened(in ElevatorEvent happened)
    {
        if (Turn.ActiveFor(this) is null && TryOwn())
        {
            Pump(happened);
            return;
        }
        Post(happened);
        Pump();
    }

    private void Post(ElevatorEvent elevatorEvent)
    {
        bool written = _events.Writer.TryWrite(elevatorEvent);
        Debug.Assert(written, "The channel is unbounded and is never closed.");
        Interlocked.Increment(ref _pending);
    }

    /// <summary>Runs turns until there is nothing to do, or until another thread does it.</summary>
    private void Pump()
    {
        if (Turn.ActiveFor(this) is null && TryOwn())
            Pump(brought: null);
    }

    /// <summary>The owner's turns, from the first to the one after which there is nothing to do.</summary>
    private void Pump(ElevatorEvent? brought)
    {
        Turn turn = RentTurnOwned();
        turn.Enter();
        turn.Brought = brought;
        RunTurns(turn, isOwner: true);
        turn.Leave();
        ReturnTurn(turn);
    }

    private void RunTurns(Turn turn, bool isOwner)
    {
        for (bool again = false; isOwner || GoesOn(turn, again); isOwner = false)
        {
            try
            {
                RunTurnOwned(turn);
            }
            catch (Exception exception)
            {
                BreakOwned(turn, exception);
                if (turn.TakeBrought() is { } left)
                    Post(left);
            }
            again = turn.HasMore;
            // A full fence: either the next look at the count sees an event, or its poster sees the elevator free.
            Interlocked.Exchange(ref _owned, 0);
            turn.CarryOut();
        }
    }

    /// <summary>True when there is more to do and this thread owns the elevator again to do it.</summary>
    private bool GoesOn(Turn turn, bool again)
    {
        if (!again && !turn.HasLanded && Volatile.Read(ref _pending) <= 0)
            return false;
        if (TryOwn())
            return true;
        if (!turn.HasLanded)
            return false;
        // Somebody else is the owner: what landed here goes to him through the channel.
        while (turn.TakeLanded() is { } io)
            Post(new ElevatorEvent(ElevatorEventKind.Completed, io, 0));
        return TryOwn();
    }

    private bool TryOwn() => Interlocked.CompareExchange(ref _owned, 1, 0) == 0;

    private void RunTurnOwned(Turn turn)
    {
        long now = turn.NowNs();
        while (turn.TakeLanded() is { } landed)
            LandOwned(landed, turn, now);
        // What lies in the channel was there before. The count may lag behind it, so the channel itself is looked at.
        TakeEventsOwned(turn, now);
        if (turn.TakeBrought() is { } brought)
            TakeEventOwned(brought, turn, now);
        UnparkOwned(turn);
        DispatchOwned(turn, now);
        PublishOwned(turn);
        AssertInvariantsOwned();
    }

    private void TakeEventsOwned(Turn turn, long now)
    {
        int taken = 0;
        try
        {
            while (_events.Reader.TryRead(out ElevatorEvent next))
            {
                taken++;
                TakeEventOwned(next, turn, now);
            }
        }
        finally
        {
            if (taken > 0)
                Interlocked.Add(ref _pending, -taken);
        }
    }

    private void TakeEventOwned(in ElevatorEvent taken, Turn turn, long now)
    {
        switch (taken.Kind)
        {
            case ElevatorEventKind.Arrived:
                turn.TakesTime();
                _hold.Arrived(now);
                TakeInOwned((IoRequest)taken.Target!, turn, now);
                break;
            case ElevatorEventKind.Completed:
                LandOwned((MergedIo)taken.Target!, turn, now);
                break;
            case ElevatorEventKind.Cancel:
                CancelOwned(taken.Id, turn, now);
                break;
            case ElevatorEventKind.Wake:
                break;
            case ElevatorEventKind.WhenIdle:
                _idle.Add((TaskCompletionSource)taken.Target!);
                break;
            case ElevatorEventKind.Close:
                _closed = _closed.IsError ? _closed : Errno.ESHUTDOWN;
                break;
        }
    }

    /// <summary>Others give turns back meanwhile, but only the owner takes one away.</summary>
    private Turn RentTurnOwned()
    {
        for (int i = 0; i < _spareTurns.Length; i++)
        {
            if (_spareTurns[i] is not { } turn)
                continue;
            _spareTurns[i] = null;
            return turn;
        }
        return new Turn(this);
    }

    private void ReturnTurn(Turn turn)
    {
        for (int i = 0; i < _spareTurns.Length; i++)
        {
            if (_spareTurns[i] is null && Interlocked.CompareExchange(ref _spareTurns[i], turn, null) is null)
                return;
        }
    }

    [Conditional("DEBUG")]
    private void AssertInvariantsOwned()
    {
        _queue.AssertInvariants();
        _guard.AssertInvariants();
        Debug.Assert(_admittedRequests >= 0 && _admittedBytes >= 0, "Nobody leaves who was not admitted.");
        Debug.Assert(_inFlight >= 0, "Nothing lands that did not take off.");
        Debug.Assert(_queue.Count + _guard.BlockedCount <= _admittedRequests, "Who waits was admitted.");
        int bound = Math.Max(_options.QueueMaxRequests, _admittedWhenBoundShrank);
        Debug.Assert(_admittedRequests <= bound, "Admission keeps its bound.");
        Debug.Assert(
            _gauge.CoversOwned(_admittedRequests + _parkedRequests), "What submitters are told counts everybody.");
    }
}
