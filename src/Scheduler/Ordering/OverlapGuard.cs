using System.Diagnostics;

namespace IoMerge.Scheduler;

/// <summary>
/// Keeps requests that touch common bytes, at least one of them changing them, in order of arrival and never in flight
/// together: whoever overlaps an earlier one waits for it, for one at a time (the youngest), and asks again when that
/// one is gone. Requests that wait are themselves waited for.
/// </summary>
/// <remarks>
/// Three places are searched: the queue, the operations in flight, and the requests that wait. Only the question is
/// widened to whole blocks of the store: a block that both touch is then found from either side. Not thread-safe.
/// </remarks>
internal sealed class OverlapGuard(RequestQueue queue, int blockSize)
{
    private readonly ExtentTree _readsInFlight = new();
    private readonly ExtentTree _changesInFlight = new();
    private readonly ExtentTree _blocked = new();
    private readonly long _blockMask = blockSize - 1;
    private IoRequest? _lastBlocked;

    /// <summary>Number of requests that wait.</summary>
    internal int BlockedCount => _blocked.Count;

    /// <summary>Lets a request pass, or makes it wait for the youngest earlier one that it must not meet.</summary>
    /// <returns>True when nothing stands in the way.</returns>
    internal bool TryPass(IoRequest request)
    {
        ExtentNode? conflict = FindConflict(request);
        if (conflict is null)
        {
            if (request.State == RequestState.Blocked)
                Unblock(request);
            return true;
        }
        if (request.State != RequestState.Blocked)
        {
            _blocked.Insert(request);
            request.State = RequestState.Blocked;
            _lastBlocked = request;
        }
        request.NextWaiter = conflict.FirstWaiter;
        conflict.FirstWaiter = request;
        return false;
    }

    /// <summary>Tells that an operation takes off; those who wait for its members wait for it from now on.</summary>
    internal void TakeOff(InFlightExtent extent) => TreeOf(extent).Insert(extent);

    /// <summary>Tells that an operation is over.</summary>
    /// <returns>Those who waited for it, chained by <see cref="IoRequest.NextWaiter"/>; they may ask again.</returns>
    internal IoRequest? Land(InFlightExtent extent)
    {
        TreeOf(extent).Remove(extent);
        return TakeWaiters(extent);
    }

    /// <summary>Hands those who wait for one node to another one.</summary>
    internal static void HandOverWaiters(ExtentNode from, ExtentNode to)
    {
        IoRequest? waiter = TakeWaiters(from);
        while (waiter is not null)
        {
            IoRequest? next = waiter.NextWaiter;
            waiter.NextWaiter = to.FirstWaiter;
            to.FirstWaiter = waiter;
            waiter = next;
        }
    }

    /// <summary>Detaches those who wait for a node.</summary>
    internal static IoRequest? TakeWaiters(ExtentNode node)
    {
        IoRequest? waiters = node.FirstWaiter;
        node.FirstWaiter = null;
        return waiters;
    }

    /// <summary>Takes back a waiting request. Rare, so that a search for the one it waits for will do.</summary>
    internal void Withdraw(IoRequest request)
    {
        RemoveWaiterAnywhere(request);
        Unblock(request);
    }

    /// <summary>
    /// Lets a woken request ask anew after its place has changed (the store was resized meanwhile).
    /// </summary>
    internal bool TryPassAnew(IoRequest request, long offset, long lockEnd)
    {
        Unblock(request);
        request.State = RequestState.Outside;
        request.Offset = offset;
        request.LockEnd = lockEnd;
        return TryPass(request);
    }

    /// <summary>True when something that changes bytes of [start, end) is queued or in flight.</summary>
    internal bool IsChanging(long start, long end)
    {
        (start, end) = Widen(start, end);
        return queue.Tree(RequestDirection.Write).YoungestOverlap(start, end, long.MaxValue, false) is not null
            || _changesInFlight.YoungestOverlap(start, end, long.MaxValue, false) is not null;
    }

    /// <summary>The operation in flight of that direction that ends exactly at <paramref name="offset"/>, or
    /// null.</summary>
    internal InFlightExtent? EndingAt(RequestDirection direction, long offset)
    {
        ExtentTree tree = direction == RequestDirection.Read ? _readsInFlight : _changesInFlight;
        return tree.Before(offset) is InFlightExtent extent && extent.End == offset ? extent : null;
    }

    /// <summary>Some waiting request, or null.</summary>
    internal IoRequest? AnyBlocked => (IoRequest?)_blocked.First;

    /// <summary>The waiting request with that id, or null.</summary>
    internal IoRequest? FindBlocked(ulong id)
    {
        for (ExtentNode? node = _blocked.First; node is not null; node = ExtentTree.Following(node))
        {
            if (((IoRequest)node).Id == id)
                return (IoRequest)node;
        }
        return null;
    }

    private void Unblock(IoRequest request)
    {
        _blocked.Remove(request);
        if (_lastBlocked == request)
            _lastBlocked = null;
    }

    private ExtentNode? FindConflict(IoRequest request)
    {
        (long start, long end) = Widen(request.Offset, request.LockEnd);
        long sequence = request.Sequence;
        bool changesOnly = !request.IsChange;

        // Who waits overlapping is younger than anything queued or in flight that it overlaps; the newest first, which
        // makes a pile of requests for the same bytes cost the same for each.
        if (_blocked.Count > 0)
        {
            if (_lastBlocked is { } last && last.Sequence < sequence && (last.IsChange || !changesOnly)
                && last.Offset < end && last.LockEnd > start)
            {
                return last;
            }
            if (_blocked.YoungestOverlap(start, end, sequence, changesOnly) is { } blocked)
                return blocked;
        }
        // Of what is eligible or in flight age does not matter: normally it is older, and when a resize has moved this
        // request's place over a younger one, that one waits for nobody and is soon gone.
        ExtentNode? conflict = queue.Tree(RequestDirection.Write).YoungestOverlap(start, end, long.MaxValue, false)
            ?? _changesInFlight.YoungestOverlap(start, end, long.MaxValue, false);
        if (conflict is null && !changesOnly)
        {
            conflict = queue.Tree(RequestDirection.Read).YoungestOverlap(start, end, long.MaxValue, false)
                ?? _readsInFlight.YoungestOverlap(start, end, long.MaxValue, false);
        }
        return conflict;
    }

    private (long Start, long End) Widen(long start, long end)
    {
        start &= ~_blockMask;
        end = end > long.MaxValue - _blockMask ? long.MaxValue : (end + _blockMask) & ~_blockMask;
        return (start, end);
    }

    private ExtentTree TreeOf(InFlightExtent extent) => extent.IsChange ? _changesInFlight : _readsInFlight;

    private static bool RemoveWaiter(ExtentNode node, IoRequest request)
    {
        if (node.FirstWaiter == request)
        {
            node.FirstWaiter = request.NextWaiter;
            return true;
        }
        for (IoRequest? waiter = node.FirstWaiter; waiter is not null; waiter = waiter.NextWaiter)
        {
            if (waiter.NextWaiter == request)
            {
                waiter.NextWaiter = request.NextWaiter;
                return true;
            }
        }
        return false;
    }

    private void RemoveWaiterAnywhere(IoRequest request)
    {
        ReadOnlySpan<ExtentTree> trees =
        [
            _blocked, _changesInFlight, _readsInFlight,
            queue.Tree(RequestDirection.Write), queue.Tree(RequestDirection.Read),
        ];
        foreach (ExtentTree tree in trees)
        {
            for (ExtentNode? node = tree.First; node is not null; node = ExtentTree.Following(node))
            {
                if (RemoveWaiter(node, request))
                    return;
            }
        }
        Debug.Fail("A waiting request is in somebody's chain.");
    }

    /// <summary>The theory of the guard, checked in debug builds.</summary>
    [Conditional("DEBUG")]
    internal void AssertInvariants()
    {
        _blocked.AssertInvariants();
        _readsInFlight.AssertInvariants();
        _changesInFlight.AssertInvariants();
        for (ExtentNode? node = _changesInFlight.First; node is not null; node = ExtentTree.Following(node))
        {
            var change = (InFlightExtent)node;
            bool meetsNext = ExtentTree.Following(change) is { } next && next.Offset < change.LockEnd;
            Debug.Assert(!meetsNext, "Changes in flight never overlap.");
            ExtentNode? read = _readsInFlight.YoungestOverlap(change.Offset, change.LockEnd, long.MaxValue, false);
            Debug.Assert(read is null, $"No read is in flight over a change, as [{read?.Offset}, {read?.LockEnd}) is.");
        }
    }
}
