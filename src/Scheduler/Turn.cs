using System.Diagnostics;
using IoMerge.Backends;

namespace IoMerge.Scheduler;

/// <summary>
/// What one turn of the elevator decided and is carried out after the elevator is free again: operations to submit and
/// requests to tell. No call out of the scheduler is made while it is owned.
/// </summary>
internal sealed class Turn(Elevator elevator)
{
    [ThreadStatic]
    private static Turn? t_innermost;

    private Turn? _outer;
    private OperationChain _submits;
    private OperationChain _landed;
    private RequestChain _settled;
    private List<TaskCompletionSource>? _idle;
    private List<(string What, Exception Exception)>? _faults;
    private bool _congestionEnded;
    private bool _hasTold;
    private bool _tellsSettled;
    private long? _freshNs;

    /// <summary>Operations waiting to be submitted.</summary>
    internal int SubmitCount { get; private set; }

    /// <summary>True when more could be dispatched at once, had the turn not been full.</summary>
    internal bool HasMore { get; set; }

    /// <summary>The bytes of those operations.</summary>
    internal long SubmitBytes { get; private set; }

    /// <summary>The event that its thread came with, until it is taken in.</summary>
    internal ElevatorEvent? Brought { get; set; }

    /// <summary>True when operations completed on this thread while the turn was carried out.</summary>
    internal bool HasLanded => _landed.Head is not null;

    /// <summary>
    /// The turn of that elevator that this thread is inside of, or null. What the thread brings about meanwhile is seen
    /// when the turn goes on; a turn within a turn would only pile up stack.
    /// </summary>
    internal static Turn? ActiveFor(Elevator elevator)
    {
        for (Turn? turn = t_innermost; turn is not null; turn = turn._outer)
        {
            if (turn.Elevator == elevator)
                return turn;
        }
        return null;
    }

    private Elevator Elevator => elevator;

    internal void Enter()
    {
        _outer = t_innermost;
        t_innermost = this;
        TakesTime();
    }

    internal void Leave()
    {
        Debug.Assert(_submits.Head is null && _settled.Head is null, "A turn leaves nothing undone.");
        Debug.Assert(_landed.Head is null, "What landed in a turn was settled or handed on.");
        t_innermost = _outer;
        _outer = null;
    }

    internal void Submit(MergedIo io)
    {
        _submits.Append(io);
        SubmitCount++;
        SubmitBytes += io.Extent.Length;
    }

    /// <summary>Keeps an operation that completed on this thread; it needs no way through the channel.</summary>
    internal void Land(MergedIo io)
    {
        io.CompletedAtNs = _freshNs = elevator.NowNs();
        _landed.Append(io);
    }

    /// <summary>
    /// The time. A reading of the clock that nothing came after that takes time is used again: reading it is a good
    /// part of what a request costs.
    /// </summary>
    internal long NowNs()
    {
        long now = _freshNs ?? elevator.NowNs();
        _freshNs = now;
        return now;
    }

    /// <summary>Remembers that something was done that takes time.</summary>
    internal void TakesTime() => _freshNs = null;

    /// <summary>Takes the oldest of the operations that completed on this thread, or null.</summary>
    internal MergedIo? TakeLanded() => _landed.TakeFirst();

    /// <summary>Takes the event that its thread came with, or null.</summary>
    internal ElevatorEvent? TakeBrought()
    {
        ElevatorEvent? brought = Brought;
        Brought = null;
        return brought;
    }

    internal void Settle(IoRequest request, Errno error, long result)
    {
        request.SettledError = error;
        request.SettledResult = result;
        _settled.Append(request);
    }

    /// <summary>True when there is something to tell and the elevator has not counted the turn for it yet.</summary>
    internal bool BeginsTellingSettled()
    {
        if (_tellsSettled || _settled.Head is null)
            return false;
        _tellsSettled = true;
        return true;
    }

    internal void EndCongestion() => _congestionEnded = true;

    internal void SignalIdle(IEnumerable<TaskCompletionSource> idle) => (_idle ??= []).AddRange(idle);

    /// <summary>Keeps a fault to be told of: its listener may ask the elevator something.</summary>
    internal void Report(string what, Exception exception) => (_faults ??= []).Add((what, exception));

    /// <summary>Does what was decided. The elevator is not owned by this thread meanwhile.</summary>
    internal void CarryOut()
    {
        HasMore = false;
        TellSettled();
        SubmitAll();
        // Before what landed is taken in: until then its memory is kept, and its bytes are locked.
        EndTelling();
        if (_tellsSettled)
        {
            _tellsSettled = false;
            elevator.EndTellingSettled();
        }
        if (_congestionEnded)
        {
            _congestionEnded = false;
            TakesTime();
            elevator.RaiseCongestionEnded();
        }
        _idle?.ForEach(idle => idle.TrySetResult());
        _idle = null;
        List<(string What, Exception Exception)>? faults = _faults;
        _faults = null;
        if (faults is not null)
            TakesTime();
        faults?.ForEach(fault => elevator.ReportMisuse(fault.What, fault.Exception));
    }

    /// <summary>Works off what has completed at the store. What lands stays in the turn.</summary>
    internal void Visit(ICompletionSource source)
    {
        try
        {
            source.WorkOff();
        }
        catch (Exception exception)
        {
            elevator.ReportMisuse("The backend threw while it worked completions off.", exception);
        }
        EndTelling();
    }

    /// <summary>Remembers that somebody was told something in this turn.</summary>
    internal void Told() => _hasTold = true;

    private void EndTelling()
    {
        if (!_hasTold)
            return;
        _hasTold = false;
        if (elevator.OutcomesTold is not null)
            TakesTime();
        elevator.EndTelling();
    }

    /// <summary>
    /// Each operation's time at the store begins with its own submission, not with the batch's. Where one completes
    /// inline, its end is the beginning of the next: the clock is read once for each. One alone that the turn had only
    /// to choose begins with the turn.
    /// </summary>
    private void SubmitAll()
    {
        MergedIo? io = _submits.TakeAll();
        bool isBatch = SubmitCount > 1;
        SubmitCount = 0;
        SubmitBytes = 0;
        if (isBatch)
        {
            TakesTime();
            elevator.BeginBatch();
        }
        while (io is not null)
        {
            // Once submitted, the operation may already serve something else.
            MergedIo? next = io.NextOperation;
            io.DispatchedAtNs = NowNs();
            TakesTime();
            elevator.SubmitToBackend(io);
            io = next;
        }
        if (isBatch)
        {
            elevator.EndBatch();
            TakesTime();
        }
    }

    private void TellSettled()
    {
        IoRequest? request = _settled.TakeAll();
        if (request is null)
            return;
        _hasTold = true;
        TakesTime();
        while (request is not null)
        {
            IoRequest? next = request.NextInChain;
            elevator.Tell(request, request.SettledError, request.SettledResult, request.Buffer);
            request = next;
        }
    }
}
