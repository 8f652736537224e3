using IoMerge.Backends;

namespace IoMerge.Scheduler;

/// <content>Control: other options, and looking at the books.</content>
internal sealed partial class Elevator
{
    /// <summary>
    /// Puts other options in force. What is queued stays where it is and is chosen by the new policy; ordering and what
    /// is in flight are not touched.
    /// </summary>
    internal void Reconfigure(SchedulerOptions options)
    {
        IDispatchPolicy policy = GuardedPolicy.Around(DispatchPolicyFactory.Create(options));
        RunOwned(() =>
        {
            _options = options;
            _gauge.SetBoundsOwned(options);
            _policy = policy;
            _hold = new HoldGovernor(options.Hold);
            _grower.Limits = MergeLimits.Create(options.Merge, Geometry, !policy.IsPassThrough);
            _admittedWhenBoundShrank = _admittedRequests;
            for (int side = 0; side < 2; side++)
            {
                IoRequest? queued = _queue.Oldest((RequestDirection)side);
                for (; queued is not null; queued = queued.Younger)
                    policy.Added(queued);
            }
            return 0;
        });
        Wake();
    }

    /// <summary>The books at this moment.</summary>
    internal SchedulerSnapshot Snapshot() =>
        RunOwned(() => _counters.Snapshot(_queue.Count + _guard.BlockedCount, _inFlight, _parkedRequests));

    /// <summary>Requests that were taken in and have not been told their outcome.</summary>
    internal long Outstanding => RunOwned(() => _counters.RequestsIn - _counters.Completed);

    /// <summary>Why flushes fail for good, if they do.</summary>
    internal Errno FlushFailure => RunOwned(() => _flushes.Failure);

    /// <summary>
    /// Ends timer and memory. Nothing may wait any more; memory that operations in flight have is freed when they come
    /// back.
    /// </summary>
    internal void Dispose()
    {
        _timer.Dispose();
        Buffers.Dispose();
    }
}
