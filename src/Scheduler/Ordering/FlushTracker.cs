using System.Diagnostics;
using IoMerge.Backends;

namespace IoMerge.Scheduler;

/// <summary>
/// Flush by watermark: a flush waits for the changes that arrived before it and for no others, and flushes that are
/// due at the same time share one backend flush.
/// </summary>
/// <remarks>
/// The count of pending changes is kept per epoch in a ring that grows with the number of flushes waiting at a time.
/// Time is cut into epochs; a flush that arrives while changes of the current epoch are pending ends the epoch and
/// waits until that one and all earlier ones are empty. An operation counts for the earliest epoch among its members,
/// which can only make a flush wait for more. Not thread-safe.
/// </remarks>
internal sealed class FlushTracker
{
    private int[] _pending = new int[16];
    private long _firstEpoch;
    private long _currentEpoch;
    private RequestChain _waiting;
    private RequestChain _due;

    /// <summary>The epoch that changes arriving now belong to.</summary>
    internal long CurrentEpoch => _currentEpoch;

    /// <summary>True while some flush waits for changes or for its turn.</summary>
    internal bool HasWaiting => _waiting.Head is not null || _due.Head is not null;

    /// <summary>True when at least one flush waits for nothing but its turn.</summary>
    internal bool HasDue => _due.Head is not null;

    /// <summary>
    /// The first failure of a backend flush, for good: what the store lost then, a later flush that finds nothing to
    /// write does not bring back.
    /// </summary>
    internal Errno Failure { get; private set; }

    /// <summary>A change was taken in (or an operation of changes takes off) that counts for an epoch.</summary>
    internal void Enter(long epoch)
    {
        Debug.Assert(_firstEpoch <= epoch && epoch <= _currentEpoch, "Only epochs that are open can be entered.");
        Pending(epoch)++;
    }

    /// <summary>The counterpart of <see cref="Enter"/>.</summary>
    internal void Leave(long epoch)
    {
        ref int pending = ref Pending(epoch);
        Debug.Assert(pending > 0, "Nobody leaves an epoch that he did not enter.");
        if (--pending == 0 && epoch == _firstEpoch && epoch < _currentEpoch)
            RetireEpochs();
    }

    /// <summary>Takes in a flush.</summary>
    internal void Add(IoRequest flush)
    {
        if (Pending(_currentEpoch) > 0)
        {
            flush.Epoch = _currentEpoch;
            BeginEpoch();
        }
        else
        {
            flush.Epoch = _currentEpoch - 1;
        }
        if (flush.Epoch < _firstEpoch)
            _due.Append(flush);
        else
            _waiting.Append(flush);
    }

    /// <summary>Takes out all flushes that are due, chained; together they need one backend flush.</summary>
    internal IoRequest? TakeDue() => _due.TakeAll();

    /// <summary>Tells how a backend flush ended.</summary>
    internal void Flushed(Errno error)
    {
        if (error.IsError && Failure.IsSuccess)
            Failure = error;
    }

    /// <summary>Takes out all flushes, chained: nothing will become of them.</summary>
    internal IoRequest? TakeAll()
    {
        while (_waiting.Head is not null)
            _due.Append(_waiting.TakeFirst());
        return _due.TakeAll();
    }

    /// <summary>Takes out a waiting flush by its id, or returns null.</summary>
    internal IoRequest? Withdraw(ulong id) => _waiting.Take(id) ?? _due.Take(id);

    private void BeginEpoch()
    {
        int open = (int)(_currentEpoch - _firstEpoch) + 1;
        if (open == _pending.Length)
            Grow();
        _currentEpoch++;
        Pending(_currentEpoch) = 0;
    }

    private void Grow()
    {
        var larger = new int[_pending.Length * 2];
        for (long epoch = _firstEpoch; epoch <= _currentEpoch; epoch++)
            larger[epoch & (larger.Length - 1)] = Pending(epoch);
        _pending = larger;
    }

    private ref int Pending(long epoch) => ref _pending[epoch & (_pending.Length - 1)];

    private void RetireEpochs()
    {
        while (_firstEpoch < _currentEpoch && Pending(_firstEpoch) == 0)
            _firstEpoch++;
        while (_waiting.Head is { } flush && flush.Epoch < _firstEpoch)
            _due.Append(_waiting.TakeFirst());
    }
}
