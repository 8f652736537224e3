namespace IoMerge.Testing;

/// <summary>Time that stands still until it is told to go on. Counts nanoseconds.</summary>
public sealed class ManualTime : TimeProvider
{
    private long _nanoseconds = 1_000_000_000;

    public override long TimestampFrequency => 1_000_000_000;

    public override long GetTimestamp() => _nanoseconds;

    public void Advance(TimeSpan span) => _nanoseconds += span.Ticks * 100;

    public void AdvanceNs(long nanoseconds) => _nanoseconds += nanoseconds;
}
