namespace IoMerge.Traces.Tests.Support;

/// <summary>
/// A clock that counts up by one with each look, and on demand keeps one thread between having looked and going on, as
/// a scheduler of the system may at any moment.
/// </summary>
internal sealed class StallingTime : TimeProvider, IDisposable
{
    private readonly ManualResetEventSlim _release = new(true);
    private readonly ManualResetEventSlim _stalls = new(false);
    private volatile string? _stalledThread;
    private long _now = 1_000;
    private long _recorderLooks;

    public override long TimestampFrequency => 1_000_000_000;

    /// <summary>Looks that the recorder's thread took at the clock.</summary>
    public long RecorderLooks => Interlocked.Read(ref _recorderLooks);

    /// <summary>From the next look on, the thread of this name stands still.</summary>
    public void Stall(string threadName)
    {
        _stalls.Reset();
        _release.Reset();
        _stalledThread = threadName;
    }

    /// <summary>Returns when that thread stands still.</summary>
    public void WaitUntilStalled() => Assert.True(_stalls.Wait(TimeSpan.FromMinutes(2)));

    /// <summary>Lets it go on.</summary>
    public void Release()
    {
        _stalledThread = null;
        _release.Set();
    }

    public override long GetTimestamp()
    {
        long now = Interlocked.Increment(ref _now);
        string? thread = Thread.CurrentThread.Name;
        if (thread is not null && thread == _stalledThread)
        {
            _stalls.Set();
            _release.Wait();
        }
        if (thread == "iomerge-recorder")
            Interlocked.Increment(ref _recorderLooks);
        return now;
    }

    public void Dispose()
    {
        Release();
        _release.Dispose();
        _stalls.Dispose();
    }
}
