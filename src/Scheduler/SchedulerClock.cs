namespace IoMerge.Scheduler;

/// <summary>The scheduler's time in nanoseconds, from an injected <see cref="TimeProvider"/>.</summary>
internal sealed class SchedulerClock(TimeProvider time)
{
    private readonly long _frequency = time.TimestampFrequency;

    /// <summary>Nanoseconds since some fixed moment.</summary>
    internal long NowNs()
    {
        long timestamp = time.GetTimestamp();
        return _frequency == 1_000_000_000 ? timestamp : (long)((Int128)timestamp * 1_000_000_000 / _frequency);
    }
}
