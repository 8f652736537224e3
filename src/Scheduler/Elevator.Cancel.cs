using IoMerge.Backends;

namespace IoMerge.Scheduler;

/// <content>The way back out for requests that their callers take back before they were dispatched.</content>
internal sealed partial class Elevator
{
    private const long CancelMemoryNs = 1_000_000_000;

    private readonly (ulong Id, long Until)[] _earlyCancels = new (ulong, long)[32];
    private int _nextEarlyCancel;
    private bool _hasEarlyCancels;

    private void CancelOwned(ulong id, Turn turn, long now)
    {
        if (id == 0)
            return;
        if (FindQueuedOwned(id) is { } queued)
        {
            WithdrawOwned(queued);
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
            _earlyCancels[_nextEarlyCancel] = (id, now + CancelMemoryNs);
            _nextEarlyCancel = (_nextEarlyCancel + 1) % _earlyCancels.Length;
            _hasEarlyCancels = true;
        }
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
}
