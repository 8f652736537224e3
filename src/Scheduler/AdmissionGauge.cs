namespace IoMerge.Scheduler;

/// <summary>
/// How much was submitted and has not ended, held against the admission bounds: what submitters look at, from any
/// thread. It counts from the submission on and not from when the elevator's owner takes a request in; else an owner
/// whose thread has lost the processor would let the others post without end.
/// </summary>
/// <remarks>
/// Submitters count up. The owner alone counts down, at the end of each turn, so it sees every crossing of a bound
/// downwards, and nobody who waits for one can miss it. Members that only the owner may use end in <c>Owned</c>.
/// </remarks>
internal sealed class AdmissionGauge
{
    // Beside the admission bounds, so that a reader of /dev/fuse can go on looking for what must always be served.
    private const int ReserveRequests = 256;
    private const long ReserveBytes = 16 << 20;

    private long _requests;
    private long _bytes;
    private long _maxRequests;
    private long _maxBytes;

    private long _endedRequests;
    private long _endedBytes;
    private bool _boundsChanged;
    private volatile bool _isReserveFull;

    /// <summary>An empty gauge with these bounds.</summary>
    internal AdmissionGauge(SchedulerOptions options)
    {
        _maxRequests = options.QueueMaxRequests;
        _maxBytes = options.QueueMaxBytes;
    }

    /// <summary>True while there is more than the bounds admit.</summary>
    internal bool IsCongested => Exceeds(Interlocked.Read(ref _requests), Interlocked.Read(ref _bytes));

    /// <summary>
    /// True while so much is parked as the reserve takes, or so much submitted as the bounds and the reserve take.
    /// </summary>
    internal bool IsReserveExhausted =>
        _isReserveFull || Exhausts(Interlocked.Read(ref _requests), Interlocked.Read(ref _bytes));

    /// <summary>Counts requests that are about to be posted.</summary>
    internal void Submitted(IoRequest chain)
    {
        int requests = 0;
        long bytes = 0;
        for (IoRequest? request = chain; request is not null; request = request.NextInChain)
        {
            requests++;
            bytes += request.Weight64;
        }
        Interlocked.Add(ref _requests, requests);
        Interlocked.Add(ref _bytes, bytes);
    }

    /// <summary>Puts other bounds in force.</summary>
    internal void SetBoundsOwned(SchedulerOptions options)
    {
        Volatile.Write(ref _maxRequests, options.QueueMaxRequests);
        Volatile.Write(ref _maxBytes, options.QueueMaxBytes);
        _boundsChanged = true;
    }

    /// <summary>Notes that requests have ended; they count until <see cref="SettleOwned"/>.</summary>
    internal void EndedOwned(int requests, long bytes)
    {
        _endedRequests += requests;
        _endedBytes += bytes;
    }

    /// <summary>Takes out what has ended, and takes note of what is parked.</summary>
    /// <returns>True when somebody may have seen congestion, or the reserve used up, that is over now.</returns>
    internal bool SettleOwned(int parkedRequests, long parkedBytes)
    {
        bool isFull = parkedRequests >= ReserveRequests || parkedBytes >= ReserveBytes;
        // Who waits may have looked at other bounds.
        bool isOver = _boundsChanged || (_isReserveFull && !isFull);
        if (isFull != _isReserveFull)
            _isReserveFull = isFull;
        if (_endedRequests > 0)
            isOver |= CountDownOwned();
        _boundsChanged = false;
        return isOver;
    }

    /// <summary>True when that many requests are counted; for assertions.</summary>
    internal bool CoversOwned(int requests) => Interlocked.Read(ref _requests) - _endedRequests >= requests;

    private bool CountDownOwned()
    {
        long requests = Interlocked.Add(ref _requests, -_endedRequests);
        long bytes = Interlocked.Add(ref _bytes, -_endedBytes);
        long requestsBefore = requests + _endedRequests;
        long bytesBefore = bytes + _endedBytes;
        _endedRequests = 0;
        _endedBytes = 0;
        return (Exceeds(requestsBefore, bytesBefore) && !Exceeds(requests, bytes))
            || (Exhausts(requestsBefore, bytesBefore) && !Exhausts(requests, bytes));
    }

    // The bounds are read after the numbers: who sees old bounds looked before they changed, and is told then.
    private bool Exceeds(long requests, long bytes) =>
        requests > Volatile.Read(ref _maxRequests) || bytes > Volatile.Read(ref _maxBytes);

    private bool Exhausts(long requests, long bytes) =>
        requests - Volatile.Read(ref _maxRequests) >= ReserveRequests
        || bytes - Volatile.Read(ref _maxBytes) >= ReserveBytes;
}
