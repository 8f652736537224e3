namespace IoMerge.Scheduler;

/// <summary>
/// Ends holds by a timer of the kernel, which counts nanoseconds; the timers of .NET count milliseconds. A thread waits
/// for it, from the first hold on. Arming is one system call, and wakes nobody before it is due.
/// </summary>
internal sealed class HoldTimer(Action wake) : IHoldTimer
{
    private readonly Lock _lock = new();
    private readonly TimerDescriptor _timer = new();
    private bool _isRunning;
    private volatile bool _disposed;

    /// <summary>True once it is disposed and the kernel's timer with it.</summary>
    internal bool IsClosed => _timer.IsClosed;

    /// <inheritdoc/>
    public void Arm(long delayNs)
    {
        lock (_lock)
        {
            if (_disposed)
                return;
            if (!_isRunning)
                Start();
            _timer.Arm(delayNs);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_lock)
        {
            if (_disposed)
                return;
            _disposed = true;
            // Nobody waits for the thread: it may be inside a store that hangs, and all it still does is harmless.
            // It closes the timer when it sees that.
            if (_isRunning)
                _timer.Arm(1);
            else
                _timer.Dispose();
        }
    }

    private void Start()
    {
        _isRunning = true;
        new Thread(Run) { IsBackground = true, Name = "iomerge-hold" }.Start();
    }

    private void Run()
    {
        for (_timer.WaitUntilDue(); !_disposed; _timer.WaitUntilDue())
            wake();
        lock (_lock)
            _timer.Dispose();
    }
}
