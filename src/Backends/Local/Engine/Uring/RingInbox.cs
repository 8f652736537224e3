using System.Diagnostics.CodeAnalysis;

namespace IoMerge.Backends.Local;

/// <summary>
/// Where any thread leaves operations for whoever submits next, and the objects that carry them through the ring. What
/// finds no object waits in order of arrival: the ring's completions are never more than it can hold.
/// </summary>
internal sealed class RingInbox
{
    private readonly Lock _lock = new();
    private readonly RingOperation[] _table;
    private RingOperation? _free;
    private RingOperation? _head;
    private RingOperation? _tail;
    private BackendIo? _waitingHead;
    private BackendIo? _waitingTail;
    private readonly Queue<BackendIo> _cancels = new();
    private int _cancelCount;
    private int _made;
    private int _used;

    /// <param name="most">Most operations at the kernel at one time.</param>
    internal RingInbox(int most) => _table = new RingOperation[most];

    /// <summary>True when no operation is anywhere between its post and its end.</summary>
    internal bool IsUnused => Volatile.Read(ref _used) == 0 && Volatile.Read(ref _waitingHead) is null;

    /// <summary>True when nothing was posted that nobody has taken.</summary>
    internal bool IsEmpty => Volatile.Read(ref _head) is null && Volatile.Read(ref _cancelCount) == 0;

    /// <summary>Leaves an operation to be submitted.</summary>
    internal void Post(BackendIo io, in OneCall call)
    {
        RingOperation? operation;
        lock (_lock)
        {
            operation = RentLocked();
            if (operation is null)
                WaitLocked(io);
        }
        if (operation is null)
            return;
        operation.Begin(io, call);
        PostAgain(operation);
    }

    /// <summary>Leaves what is left of an operation to be submitted.</summary>
    internal void PostAgain(RingOperation operation)
    {
        operation.Next = null;
        lock (_lock)
        {
            if (_tail is null)
                Volatile.Write(ref _head, operation);
            else
                _tail.Next = operation;
            _tail = operation;
        }
    }

    /// <summary>Takes everything that was posted, chained in order of arrival.</summary>
    internal RingOperation? TakeAll()
    {
        if (Volatile.Read(ref _head) is null)
            return null;
        lock (_lock)
        {
            RingOperation? head = _head;
            Volatile.Write(ref _head, null);
            _tail = null;
            return head;
        }
    }

    /// <summary>Gives an object back that carries nothing any more.</summary>
    internal void Return(RingOperation operation)
    {
        lock (_lock)
        {
            operation.Next = _free;
            _free = operation;
            _used--;
        }
    }

    /// <summary>
    /// Takes out the oldest of the operations that wait for an object, if there is one for it now. Who gets it posts it
    /// again, or does without the ring; so ask until there is none.
    /// </summary>
    internal bool TryTakeWaiting([NotNullWhen(true)] out BackendIo? io)
    {
        io = null;
        if (Volatile.Read(ref _waitingHead) is null)
            return false;
        lock (_lock)
        {
            if (_waitingHead is null || (_free is null && _made == _table.Length))
                return false;
            io = _waitingHead;
            Volatile.Write(ref _waitingHead, io.Next);
            if (_waitingHead is null)
                _waitingTail = null;
            io.Next = null;
            return true;
        }
    }

    /// <summary>The operation a ticket names; null when there is none, or it has ended.</summary>
    internal RingOperation? Find(ulong ticket)
    {
        uint place = RingOperation.PlaceOf(ticket);
        RingOperation? operation = place < _table.Length ? _table[place] : null;
        return operation is { Io: not null } && operation.Ticket == ticket ? operation : null;
    }

    /// <summary>Leaves the wish that the kernel gives an operation up.</summary>
    internal void PostCancel(BackendIo io)
    {
        lock (_lock)
        {
            _cancels.Enqueue(io);
            Volatile.Write(ref _cancelCount, _cancels.Count);
        }
    }

    /// <summary>Takes the oldest such wish. For one thread at a time.</summary>
    /// <param name="ticket">Names the operation, which is marked; null when it has ended meanwhile.</param>
    internal bool TryTakeCancel(out ulong? ticket)
    {
        ticket = null;
        if (Volatile.Read(ref _cancelCount) == 0)
            return false;
        lock (_lock)
        {
            BackendIo io = _cancels.Dequeue();
            Volatile.Write(ref _cancelCount, _cancels.Count);
            for (int place = 0; place < _made && ticket is null; place++)
                ticket = _table[place].TryMarkCancelled(io);
        }
        return true;
    }

    private RingOperation? RentLocked()
    {
        RingOperation? operation = _free;
        if (operation is not null)
            _free = operation.Next;
        else if (_made < _table.Length)
            operation = _table[_made] = new RingOperation((uint)_made++);
        else
            return null;
        _used++;
        return operation;
    }

    private void WaitLocked(BackendIo io)
    {
        io.Next = null;
        if (_waitingTail is null)
            Volatile.Write(ref _waitingHead, io);
        else
            _waitingTail.Next = io;
        _waitingTail = io;
    }
}
