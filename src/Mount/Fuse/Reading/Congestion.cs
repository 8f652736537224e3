using IoMerge.Mount.Fuse.Transport;
using IoMerge.Mount.Volumes;

namespace IoMerge.Mount.Fuse.Reading;

/// <summary>
/// Back-pressure from the schedulers to the readers. While one of them is congested only the leader goes on, as the
/// watchman that still takes INTERRUPT, FORGET and FLUSH; when its reserve is used up, the watchman stops too.
/// </summary>
internal sealed class Congestion : IDisposable
{
    private readonly VolumeTable _volumes;
    private readonly WakeUp _wakeUp;
    private int _watchmanWaits;

    public Congestion(VolumeTable volumes, WakeUp wakeUp)
    {
        _volumes = volumes;
        _wakeUp = wakeUp;
        foreach (Volume volume in volumes.All)
            volume.Scheduler.CongestionEnded += OnCongestionEnded;
    }

    /// <summary>True while data requests should not be taken by more than one reader.</summary>
    public bool IsCongested
    {
        get
        {
            foreach (Volume volume in _volumes.All)
            {
                if (volume.Scheduler.IsCongested)
                    return true;
            }
            return false;
        }
    }

    /// <summary>True while nothing at all may be taken.</summary>
    public bool IsReserveExhausted
    {
        get
        {
            foreach (Volume volume in _volumes.All)
            {
                if (volume.Scheduler.IsReserveExhausted)
                    return true;
            }
            return false;
        }
    }

    /// <summary>
    /// Sleeps until something was freed, the connection ends, or the session is stopped. Only for the leader, who looks
    /// again then: what was freed may be in use already.
    /// </summary>
    /// <returns>True when the connection has ended.</returns>
    public bool WaitForReserve(FuseChannel channel)
    {
        // First announced, then checked: the end that comes in between sees the announcement.
        Interlocked.Exchange(ref _watchmanWaits, 1);
        bool ended = IsReserveExhausted && _wakeUp.Wait(channel, takesRequests: false);
        Interlocked.Exchange(ref _watchmanWaits, 0);
        return ended;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Volume volume in _volumes.All)
            volume.Scheduler.CongestionEnded -= OnCongestionEnded;
    }

    private void OnCongestionEnded()
    {
        if (Interlocked.CompareExchange(ref _watchmanWaits, 0, 0) == 1)
            _wakeUp.Signal();
    }
}
