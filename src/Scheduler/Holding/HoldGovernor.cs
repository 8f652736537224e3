namespace IoMerge.Scheduler;

/// <summary>
/// Whether to leave a free slot free because more to merge is likely to come. Pure: told what happens, asked with the
/// time. The answer is bounded by what the backend's own latency makes worthwhile, so that on a store that answers in
/// microseconds it is always no.
/// </summary>
/// <remarks>
/// Two reasons to wait. What continues an operation in flight waits for that one to end (otherwise two half bursts
/// chase each other for ever), at most half the recent latency. And a burst is let complete: clients that were just
/// answered send again, so while fewer requests are outstanding than lately, and they still keep arriving, waiting
/// gains. Both only where merging has lately paid.
/// </remarks>
internal sealed class HoldGovernor(HoldOptions options)
{
    // Below this service time a wait of half of it is shorter than the timer's own wake-up.
    private const long WorthwhileLatencyNs = 100_000;
    private const double WorthwhileMergeRatio = 1.25;
    private const long ShortestQuietNs = 20_000;
    private const long LongestGapNs = 100_000;
    private const int Smoothing = 8;

    private readonly long _maxNs = options.MaxUs * 1_000L;
    private readonly HoldMode _mode = options.Mode;
    private double _mergeRatio = 1;
    private long _latencyNs;
    private long _gapNs;
    private long _lastArrivalNs;
    private long _lastCompletionNs;
    private int _peakOutstanding;

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
        _latencyNs += (serviceNs - _latencyNs) / Smoothing;
        _mergeRatio += (members - _mergeRatio) / Smoothing;
        _peakOutstanding = Math.Max(outstanding, _peakOutstanding - Math.Max(1, _peakOutstanding / Smoothing));
        _lastCompletionNs = nowNs;
    }

    /// <summary>Whether even asking can be saved.</summary>
    internal bool NeverHolds =>
        _mode == HoldMode.Off || (_mode == HoldMode.SelfClocked && !IsWorthwhile);

    /// <summary>Until when to wait, or 0 to dispatch now.</summary>
    /// <param name="nowNs">The time.</param>
    /// <param name="oldestNs">When the oldest queued request arrived.</param>
    /// <param name="outstanding">Requests queued or in flight.</param>
    /// <param name="continuesInFlight">True when the oldest queued request continues an operation in flight.</param>
    internal long WaitUntil(long nowNs, long oldestNs, int outstanding, bool continuesInFlight)
    {
        if (_mode == HoldMode.Fixed)
            return Later(oldestNs + _maxNs, nowNs);
        long bound = Math.Min(_maxNs, _latencyNs / 2);
        if (!IsWorthwhile || nowNs - oldestNs >= _latencyNs + 2 * bound)
            return 0;
        if (continuesInFlight)
            return Later(oldestNs + bound, nowNs);
        if (outstanding >= _peakOutstanding)
            return 0;
        long quiet = _lastArrivalNs + Math.Max(4 * _gapNs, ShortestQuietNs);
        return Later(Math.Min(quiet, Math.Max(oldestNs, _lastCompletionNs) + bound), nowNs);
    }

    private bool IsWorthwhile => _latencyNs >= WorthwhileLatencyNs && _mergeRatio >= WorthwhileMergeRatio;

    private static long Later(long due, long nowNs) => due > nowNs ? due : 0;
}
