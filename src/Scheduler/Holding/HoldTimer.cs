using System.Diagnostics;

namespace IoMerge.Scheduler;

/// <summary>
/// A thread that sleeps for microseconds, which the timers of .NET cannot (they count milliseconds). It exists from the
/// first hold on.
/// </summary>
internal sealed class HoldTimer(Action wake) : IHoldTimer
{
    private const long FineNs = 2_000_000;
    private readonly Lock _startLock = new();
    private readonly object _gate = new();
    private Thread? _thread;
    private long _due;
    private bool _disposed;

    /// <inheritdoc/>
    public void Arm(long delayNs)
    {
        if (_thread is null)
            Start();
        lock (_gate)
        {
            _due = Stopwatch.GetTimestamp() + delayNs * Stopwatch.Frequency / 1_000_000_000;
            Monitor.Pulse(_gate);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            Monitor.Pulse(_gate);
        }
        // Nobody waits for the thread: it may be inside a store that hangs, and all it still does is harmless.
    }

    private void Start()
    {
        lock (_startLock)
        {
            if (_thread is not null)
                return;
            _thread = new Thread(Run) { IsBackground = true, Name = "iomerge-hold" };
            _thread.Start();
        }
    }

    private void Run()
    {
        while (WaitUntilDue())
            wake();
    }

    private bool WaitUntilDue()
    {
        while (true)
        {
            long left;
            lock (_gate)
            {
                if (_disposed)
                    return false;
                left = _due == 0 ? long.MaxValue : ToNs(_due - Stopwatch.GetTimestamp());
                if (left <= 0)
                {
                    _due = 0;
                    return true;
                }
                if (left > FineNs)
                {
                    // The coarse part can be interrupted; what is left over is slept precisely.
                    Monitor.Wait(_gate, left == long.MaxValue ? Timeout.Infinite : CoarseMs(left));
                    continue;
                }
            }
            PreciseSleep.For(left);
        }
    }

    private static int CoarseMs(long leftNs) => (int)Math.Min((leftNs - FineNs) / 1_000_000 + 1, int.MaxValue);

    private static long ToNs(long ticks) => (long)((Int128)ticks * 1_000_000_000 / Stopwatch.Frequency);
}
