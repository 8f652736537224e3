using System.Diagnostics;
using IoMerge.Backends;

namespace IoMerge.Scheduler;

/// <content>The way back: short transfers, isolated failures, and who may go on now.</content>
internal sealed partial class Elevator
{
    /// <summary>Tells a request its outcome. A caller that throws is a bug of his and harms nobody else.</summary>
    internal void Tell(IoRequest request, Errno error, long result, nint data)
    {
        request.State = RequestState.Outside;
        try
        {
            request.OnCompleted(error, error.IsError ? 0 : result, error.IsError ? 0 : data);
        }
        catch (Exception exception)
        {
            ReportMisuse("A request's OnCompleted threw.", exception);
        }
    }

    /// <summary>Tells a read that its bytes lie in a file.</summary>
    internal void TellOfFile(IoRequest request, int descriptor, long offset)
    {
        request.State = RequestState.Outside;
        try
        {
            request.OnCompletedWithFileLoan(descriptor, offset);
        }
        catch (Exception exception)
        {
            ReportMisuse("A request's OnCompletedWithFileLoan threw.", exception);
        }
    }

    /// <summary>Says that a series of outcomes has been told on this thread.</summary>
    internal void EndTelling()
    {
        if (OutcomesTold is not { } told)
            return;
        try
        {
            told();
        }
        catch (Exception exception)
        {
            ReportMisuse("The listener to OutcomesTold threw.", exception);
        }
    }

    private void LandOwned(MergedIo io, Turn turn, long now)
    {
        _inFlight--;
        // Another thread may have submitted and told it after this turn began.
        long service = Math.Max(0, (io.CompletedAtNs ?? now) - io.DispatchedAtNs);
        _counters.Served(service);
        if (io.Kind == IoKind.Flush)
        {
            LandFlushOwned(io, turn);
            return;
        }
        _hold.Completed(now, service, io.MemberCount, io.MembersTold ? io.OutstandingAtEnd : _admittedRequests);
        if (io.MembersTold)
        {
            _counters.Completed += io.MemberCount;
            _admittedRequests -= io.MemberCount;
            _admittedBytes -= io.MemberBytes;
            _gauge.EndedOwned(io.MemberCount, io.MemberBytes);
            ReleaseOwned(io);
        }
        else if (io.Error.IsSuccess)
        {
            // A short transfer that is not the end of the store goes on with what is left over, still holding its
            // bytes.
            _counters.ShortTransfers++;
            io.ContinueRemainder();
            _again.Append(io);
        }
        else if (io.MemberCount > 1 && !io.Error.ConcernsWholeStore)
        {
            SplitOwned(io, turn);
        }
        else
        {
            FailOwned(io, turn);
        }
    }

    private void LandFlushOwned(MergedIo io, Turn turn)
    {
        _flushInFlight = false;
        _flushes.Flushed(io.Error);
        for (IoRequest? member = io.FirstMember; member is not null;)
        {
            IoRequest? next = member.NextInChain;
            SettleOwned(member, turn, _flushes.Failure, 0);
            member = next;
        }
        io.ReleaseMemory();
        ReturnOperationOwned(io);
    }

    /// <summary>
    /// A failure concerns only whom it hit: members are tried one by one, once, under the operation's lock.
    /// </summary>
    private void SplitOwned(MergedIo io, Turn turn)
    {
        _counters.ErrorSplits++;
        io.RetriesPending = 0;
        for (IoRequest? member = io.FirstMember; member is not null;)
        {
            IoRequest? next = member.NextInChain;
            if (IsWritten(io, member))
            {
                SettleOwned(member, turn, Errno.None, member.Extent.Length);
            }
            else
            {
                MergedIo retry = RentOperationOwned();
                retry.Begin(member);
                retry.Seal();
                retry.RetryOf = io;
                io.RetriesPending++;
                _counters.Dispatched(retry);
                _again.Append(retry);
            }
            member = next;
        }
        if (io.RetriesPending == 0)
            ReleaseOwned(io);
    }

    private void FailOwned(MergedIo io, Turn turn)
    {
        for (IoRequest? member = io.FirstMember; member is not null;)
        {
            IoRequest? next = member.NextInChain;
            if (IsWritten(io, member))
                SettleOwned(member, turn, Errno.None, member.Extent.Length);
            else
                SettleOwned(member, turn, io.Error, 0);
            member = next;
        }
        ReleaseOwned(io);
    }

    private static bool IsWritten(MergedIo io, IoRequest member) =>
        io.Kind == IoKind.Write && member.Extent.End <= io.Whole.Offset + io.Done;

    /// <summary>
    /// The operation is over: its memory is free and so are its bytes, and who waited for them asks again.
    /// </summary>
    private void ReleaseOwned(MergedIo io)
    {
        io.ReleaseMemory();
        if (io.RetryOf is { } parent)
        {
            Debug.Assert(parent.RetriesPending > 0, "A retry belongs to a split that is not over.");
            io.RetryOf = null;
            ReturnOperationOwned(io);
            if (--parent.RetriesPending == 0)
                ReleaseOwned(parent);
            return;
        }
        IoRequest? waiters = _guard.Land(io.Lock);
        if (io.Lock.IsChange)
            _flushes.Leave(io.Epoch);
        ReturnOperationOwned(io);
        WakeOwned(waiters);
    }

    /// <summary>An exception in a turn is a bug of ours: everybody is told EIO, nothing more is taken.</summary>
    private void BreakOwned(Turn turn, Exception exception)
    {
        turn.Report("The elevator failed; all waiting and all further requests end with EIO.", exception);
        try
        {
            FailWaitingOwned(turn, Errno.EIO);
            if (_admitting is { State: RequestState.Outside } half)
                SettleOwned(half, turn, Errno.EIO, 0);
            _admitting = null;
            if (_arriving is { } rest)
                TakeInOwned(rest, turn, _clock.NowNs());
            PublishOwned(turn);
        }
        catch (Exception)
        {
            // The books are beyond repair. Whoever still waits is told when what he waits for comes back, if ever; the
            // elevator must be given free in any case.
        }
    }

    /// <summary>Ends everything that is not at the backend, and refuses what comes.</summary>
    /// <returns>How many requests were ended so.</returns>
    internal int FailWaiting(Errno error)
    {
        var turn = new Turn(this);
        int count = RunOwned(() =>
        {
            int failed = FailWaitingOwned(turn, error);
            CountTellingOwned(turn);
            return failed;
        });
        turn.CarryOut();
        return count;
    }

    private int FailWaitingOwned(Turn turn, Errno error)
    {
        _closed = _closed.IsError ? _closed : error;
        int failed = FailParkedOwned(turn, error) + FailAgainOwned(turn, error);
        while (_queue.Count > 0 || _guard.BlockedCount > 0)
        {
            // Whoever leaves may let others into the queue; they follow.
            if (_guard.AnyBlocked is { } blocked)
            {
                _guard.Withdraw(blocked);
                LeaveOwned(blocked, turn, error);
            }
            else
            {
                IoRequest queued = Arrival.Oldest(_queue);
                WithdrawOwned(queued);
                LeaveOwned(queued, turn, error);
            }
            failed++;
        }
        for (IoRequest? flush = _flushes.TakeAll(); flush is not null; failed++)
        {
            IoRequest? next = flush.NextInChain;
            SettleOwned(flush, turn, error, 0);
            flush = next;
        }
        return failed;
    }

    /// <summary>What waits for a slot to be continued, or to be tried alone.</summary>
    private int FailAgainOwned(Turn turn, Errno error)
    {
        int failed = 0;
        while (_again.TakeFirst() is { } io)
        {
            failed += io.MemberCount;
            io.GiveUp(error);
            FailOwned(io, turn);
        }
        return failed;
    }

    private int FailParkedOwned(Turn turn, Errno error)
    {
        int failed = 0;
        for (; _parked.Head is not null; failed++)
        {
            IoRequest parked = _parked.TakeFirst();
            CountUnparkedOwned(parked);
            EndOwned(parked, turn, error, 0);
        }
        return failed;
    }
}
