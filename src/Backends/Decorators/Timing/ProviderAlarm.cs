namespace IoMerge.Backends.Decorators;

/// <summary>An alarm on a time provider's timer, for time that is not the system's.</summary>
internal sealed class ProviderAlarm : IAlarm
{
    private readonly Lock _lock = new();
    private readonly TimeProvider _time;
    private readonly Action _ring;
    private readonly ITimer _timer;
    private long _due = long.MaxValue;

    internal ProviderAlarm(TimeProvider time, Action ring)
    {
        _time = time;
        _ring = ring;
        _timer = time.CreateTimer(static alarm => ((ProviderAlarm)alarm!).Ring(), this, Timeout.InfiniteTimeSpan,
            Timeout.InfiniteTimeSpan);
    }

    public void SetFor(long timestamp)
    {
        lock (_lock)
        {
            if (timestamp >= _due)
                return;
            _due = timestamp;
            TimeSpan wait = _time.GetElapsedTime(_time.GetTimestamp(), timestamp);
            _timer.Change(wait > TimeSpan.Zero ? wait : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        }
    }

    public void Dispose() => _timer.Dispose();

    private void Ring()
    {
        lock (_lock)
            _due = long.MaxValue;
        _ring();
    }
}
