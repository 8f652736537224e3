namespace IoMerge.Backends.Nbd;

/// <summary>How long to wait before the next attempt: twice as long each time, up to a bound.</summary>
internal sealed class BackOff
{
    private const int FirstMs = 50;
    private const int LastMs = 2000;

    private int _nextMs;

    /// <summary>The next attempt may follow at once.</summary>
    internal void Reset() => _nextMs = 0;

    /// <summary>The wait before the next attempt, in milliseconds.</summary>
    internal int Next()
    {
        int now = _nextMs;
        _nextMs = Math.Clamp(2 * now, FirstMs, LastMs);
        return now;
    }
}
