using IoMerge.Backends;

namespace IoMerge.Scheduler;

/// <summary>
/// The kernel's mq-deadline (Linux, block/mq-deadline.c): ascending batches of one direction, reads preferred until
/// writes have been passed over often enough, and whoever is older than his direction allows goes first.
/// </summary>
/// <remarks>
/// One thing is stricter than in the kernel, which looks at ages between batches only: here a batch ends as soon as
/// somebody of either direction has expired, unless it was itself begun for one that had. So nobody waits longer than
/// his deadline and one batch for each expired request before him.
/// </remarks>
internal sealed class DeadlinePolicy : IDispatchPolicy
{
    // --- settings ---
    private readonly long[] _expireNs;
    private readonly int _fifoBatch;
    private readonly int _writesStarved;

    // --- run-time state ---
    private readonly long[] _position = new long[2];
    private RequestDirection _direction;
    private int _batchLeft;
    private bool _batchIsForExpired;
    private int _starved;

    internal DeadlinePolicy(DeadlineOptions options)
    {
        _expireNs = [options.ReadExpireMs * 1_000_000L, options.WriteExpireMs * 1_000_000L];
        _fifoBatch = options.FifoBatch;
        _writesStarved = options.WritesStarved;
        AllowsFrontMerges = options.FrontMerges;
    }

    /// <inheritdoc/>
    public bool AllowsFrontMerges { get; }

    /// <inheritdoc/>
    public void Dispatched(IoRequest seed, Extent extent) => _position[(int)seed.Direction] = extent.End;

    /// <inheritdoc/>
    public IoRequest SelectNext(RequestQueue queue, long nowNs)
    {
        bool readExpired = IsExpired(queue, RequestDirection.Read, nowNs);
        bool writeExpired = IsExpired(queue, RequestDirection.Write, nowNs);
        if (_batchLeft > 0 && (_batchIsForExpired || !(readExpired || writeExpired)))
        {
            if (queue.AtOrAfter(_direction, _position[(int)_direction]) is { } following)
            {
                _batchLeft--;
                return following;
            }
        }
        _direction = ChooseDirection(queue, readExpired, writeExpired);
        return BeginBatch(queue, _direction == RequestDirection.Read ? readExpired : writeExpired);
    }

    private RequestDirection ChooseDirection(RequestQueue queue, bool readExpired, bool writeExpired)
    {
        bool reads = queue.CountOf(RequestDirection.Read) > 0;
        bool writes = queue.CountOf(RequestDirection.Write) > 0;
        bool writesGo = !reads || (writes && ((writeExpired && !readExpired) || _starved >= _writesStarved));
        if (writesGo)
        {
            _starved = 0;
            return RequestDirection.Write;
        }
        if (writes)
            _starved++;
        return RequestDirection.Read;
    }

    private IoRequest BeginBatch(RequestQueue queue, bool expired)
    {
        _batchLeft = _fifoBatch - 1;
        _batchIsForExpired = expired;
        IoRequest oldest = queue.Oldest(_direction)!;
        return expired ? oldest : queue.AtOrAfter(_direction, _position[(int)_direction]) ?? oldest;
    }

    private bool IsExpired(RequestQueue queue, RequestDirection direction, long nowNs) =>
        Arrival.IsExpired(queue, direction, nowNs, _expireNs[(int)direction]);
}
