using IoMerge.Scheduler;

namespace IoMerge.Benchmark.Replay;

/// <summary>Time that is where the replay put it; counts nanoseconds from 0. Not thread-safe.</summary>
internal sealed class VirtualClock : TimeProvider
{
    /// <summary>The time.</summary>
    internal long NowNs { get; set; }

    public override long TimestampFrequency => 1_000_000_000;

    public override long GetTimestamp() => NowNs;
}

/// <summary>The end of a hold in virtual time: the replay looks at it and wakes the elevator when it is due.</summary>
internal sealed class VirtualHoldTimer(VirtualClock clock, Elevator elevator) : IHoldTimer
{
    /// <summary>When it is due; <see cref="long.MaxValue"/> when it is not armed.</summary>
    internal long DueNs { get; private set; } = long.MaxValue;

    public void Arm(long delayNs) => DueNs = clock.NowNs + delayNs;

    /// <summary>Wakes the elevator; it may arm the timer again.</summary>
    internal void GoOff()
    {
        DueNs = long.MaxValue;
        elevator.Wake();
    }

    public void Dispose() => DueNs = long.MaxValue;
}
