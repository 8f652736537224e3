namespace IoMerge.Mount.Fuse.Reading;

/// <summary>
/// Leader and followers: one reader at a time, the leader, waits for the kernel; the others are parked, because poll(2)
/// would wake them all for one request. A leader that has taken heavy work hands the lead over and goes on working;
/// when
/// it is done it parks.
/// </summary>
internal sealed class ReaderTurns
{
    private readonly Lock _lock = new();
    private readonly Stack<SemaphoreSlim> _parked = new();
    private bool _ended;

    /// <summary>Waits until the lead is handed to this reader.</summary>
    /// <param name="seat">The reader's own semaphore, at 0.</param>
    /// <returns>False at the end of the session.</returns>
    public bool Park(SemaphoreSlim seat)
    {
        lock (_lock)
        {
            if (_ended)
                return false;
            _parked.Push(seat);
        }
        seat.Wait();
        return !Volatile.Read(ref _ended);
    }

    /// <summary>Hands the lead to a parked reader. Only for the leader.</summary>
    /// <returns>False when nobody is parked: the caller still leads.</returns>
    public bool TryHandOver()
    {
        SemaphoreSlim? seat;
        lock (_lock)
        {
            if (!_parked.TryPop(out seat))
                return false;
        }
        seat.Release();
        return true;
    }

    /// <summary>Sends every reader home.</summary>
    public void End()
    {
        lock (_lock)
        {
            Volatile.Write(ref _ended, true);
            while (_parked.TryPop(out SemaphoreSlim? seat))
                seat.Release();
        }
    }
}
