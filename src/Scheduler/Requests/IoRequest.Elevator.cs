using IoMerge.Backends;

namespace IoMerge.Scheduler;

/// <content>What the elevator keeps about a request while it owns it.</content>
public abstract partial class IoRequest
{
    /// <summary>Where the request is; only the elevator's owner reads and writes it.</summary>
    internal RequestState State;

    /// <summary>
    /// Next in a chain: of a plug in the channel, of parked requests, of an operation's members, of settled requests.
    /// </summary>
    internal IoRequest? NextInChain;

    /// <summary>Neighbours in order of arrival within the queue.</summary>
    internal IoRequest? Older, Younger;

    /// <summary>Next of those that wait for the same earlier request.</summary>
    internal IoRequest? NextWaiter;

    /// <summary>Which flushes have to wait for this change (see FlushTracker).</summary>
    internal long Epoch;

    /// <summary>The outcome of a request that is settled without an operation of its own.</summary>
    internal Errno SettledError;

    /// <summary>The result that belongs to <see cref="SettledError"/>.</summary>
    internal long SettledResult;

    /// <summary>When the elevator took the request in, in nanoseconds of the scheduler's clock. For policies.</summary>
    public long ArrivedAtNs { get; internal set; }

    /// <summary>The queue the request belongs to. For policies.</summary>
    public RequestDirection Direction => IsChange ? RequestDirection.Write : RequestDirection.Read;

    /// <summary>
    /// Bytes that count against the admission bound; cut at the largest bound there can be, so that sums stay numbers.
    /// </summary>
    internal long Weight64 => Kind.IsTransfer() ? Math.Min(Extent.Length, SchedulerLimits.LargestQueueBytes) : 0;
}

/// <summary>Where a request is on its way through the elevator.</summary>
internal enum RequestState : byte
{
    /// <summary>Belongs to the caller.</summary>
    Outside,

    /// <summary>Kept aside by the admission bounds.</summary>
    Parked,

    /// <summary>Waits for an earlier request that it overlaps.</summary>
    Blocked,

    /// <summary>May be dispatched.</summary>
    Queued,

    /// <summary>Travels in an operation.</summary>
    Dispatched,
}
