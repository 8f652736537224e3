namespace IoMerge.Scheduler;

/// <summary>
/// Whether to leave a free slot free because more to merge is likely to come. Pure: told what happens, asked with the
/// time. The answer is bounded by what the backend's own latency makes worthwhile, so that on a store that answers in
/// microseconds it is always no.
/// </summary>
/// <remarks>
/// Two reasons to wait. What continues an operation in flight waits for that one to end (otherwise two half bursts
/// chase each other for ever): at most half the recent latency, or one and a half where both together are small, so
/// that the operation costs and not its bytes. And a burst is let complete: clients that were just
/// answered send again, so while fewer requests are outstanding than lately, those to dispatch are fewer than lately
/// travelled together, and they still keep arriving, waiting gains. Both only where merging has lately paid.
/// </remarks>
internal sealed class HoldGovernor(HoldOptions options)
{
    // Below this service time the wait, the wake-up that ends it, and the store that has nothing to do meanwhile cost
    // more than an operation saved.
    private const long WorthwhileLatencyNs = 500_000;
    private const double WorthwhileMergeRatio = 1.25;
    private const long ShortestQuietNs = 20_000;
    private const long LongestGapNs = 300_000;
    private const int Smoothing = 8;

    // What an operation costs is a mean over many: a store with a quota serves a hundred at once and then none for a
    // while, and neither of the two is its price.
    private const int LatencySmoothing = 256;

    // A wait of this part of an operation's price is cheap, however short the gaps between arrivals are.
    private const int CheapPart = 4;

    private readonly long _maxNs = options.MaxUs * 1_000L;
    private readonly HoldMode _mode = options.Mode;
    // Written by the elevator's owner, read by anybody.
    private double _mergeRatio = 1;
    private long _latencyNs;
    private int _served;
    private long _gapNs;
    private long _lastArrivalNs;
    private long _lastCompletionNs;
    private int _peakOutstanding;
    private int _peakMembers;

    /// <summary>True while operations carry enough requests for merging to be worth an effort. Any thread.</summary>
    internal bool MergesLately => Volatile.Read(ref _mergeRatio) >= WorthwhileMergeRatio;

    /// <summary>Requests arrived.</summary>
    internal void Arrived(long nowNs)
    {
        long gap = nowNs - _lastArrivalNs;
        if (gap <= LongestGapNs)
            _gapNs += (gap - _gapNs) / Smoothing;
        _lastArrivalNs = nowNs;
    }

    /// <summary>An operation completed.</summary>
    /// <param name="nowNs">The time.</param>
    /// <param name="serviceNs">How long the backend had it.</param>
    /// <param name="members">Requests that travelled in it.</param>
    /// <param name="outstanding">Requests queued or in flight until then, its own included.</param>
    internal void Completed(long nowNs, long serviceNs, int members, int outstanding)
    {
        if (_served < LatencySmoothing)
            _served++;
        _latencyNs += (serviceNs - _latencyNs) / _served;
        _mergeRatio += (members - _mergeRatio) / Smoothing;
        _peakOutstanding = FadingPeak(_peakOutstanding, outstanding);
        _peakMembers = FadingPeak(_peakMembers, members);
        _lastCompletionNs = nowNs;
    }

    /// <summary>Whether even asking can be saved.</summary>
    internal bool NeverHolds =>
        _mode == HoldMode.Off || (_mode == HoldMode.SelfClocked && !IsWorthwhile);

    /// <summary>Requests that have lately travelled together at the most.</summary>
    internal int UsualMembers => Math.Max(1, _peakMembers);

    /// <summary>
    /// Requests were seen that travel in two operations and could in one: so many travel together from now on. Two
    /// halves of a stream, each as long as the other, would else be taken for complete, and chase each other for ever
    /// on a store that serves one after the other.
    /// </summary>
    /// <param name="members">Of both.</param>
    internal void SawSplit(int members) => _peakMembers = Math.Max(_peakMembers, members);

    /// <summary>Until when to wait, or 0 to dispatch now.</summary>
    /// <param name="nowNs">The time.</param>
    /// <param name="arrivedNs">When the request that was chosen arrived.</param>
    /// <param name="oldestNs">When the oldest queued request arrived, which waits too.</param>
    /// <param name="run">
    /// Requests without a gap around it, counted up to <see cref="UsualMembers"/>; they travel together.
    /// </param>
    /// <param name="outstanding">Requests queued or in flight.</param>
    /// <param name="continuation">What it continues in flight.</param>
    internal long WaitUntil(
        long nowNs, long arrivedNs, long oldestNs, int run, int outstanding, Continuation continuation)
    {
        if (_mode == HoldMode.Fixed)
            return Later(oldestNs + _maxNs, nowNs);
        long bound = Math.Min(_maxNs, _latencyNs / 2);
        if (!IsWorthwhile || run >= UsualMembers || nowNs - oldestNs >= 2 * _latencyNs)
            return 0;
        if (continuation == Continuation.Joinable)
            return Later(arrivedNs + Math.Min(_maxNs, _latencyNs + bound), nowNs);
        if (continuation == Continuation.Apart)
            return Later(arrivedNs + bound, nowNs);
        if (outstanding >= _peakOutstanding)
            return 0;
        long quiet = Math.Max(_lastArrivalNs, _lastCompletionNs)
            + Math.Max(Math.Max(4 * _gapNs, ShortestQuietNs), _latencyNs / CheapPart);
        return Later(Math.Min(quiet, Math.Max(arrivedNs, _lastCompletionNs) + bound), nowNs);
    }

    private bool IsWorthwhile => _latencyNs >= WorthwhileLatencyNs && MergesLately;

    private static int FadingPeak(int peak, int value) => Math.Max(value, peak - Math.Max(1, peak / Smoothing));

    private static long Later(long due, long nowNs) => due > nowNs ? due : 0;
}
