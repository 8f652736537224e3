namespace IoMerge.Traces.Recording;

/// <summary>
/// Takes the arrivals of all lanes in order of time. An arrival is given out only when no lane can still bring an
/// earlier one. All but <see cref="Add"/> is for the recorder's thread only.
/// </summary>
internal sealed class ArrivalMerger(TimeProvider time)
{
    private ArrivalLane[] _allLanes = [];
    private ArrivalLane[] _lanes = [];
    private long _bound;

    /// <summary>True while an arrival is between the clock and its lane.</summary>
    public bool IsBusy => Array.Exists(Volatile.Read(ref _allLanes), lane => lane.IsBusy);

    /// <summary>One lane more. Any thread.</summary>
    public void Add(ArrivalLane lane)
    {
        ArrivalLane[] lanes = Volatile.Read(ref _allLanes);
        while (Interlocked.CompareExchange(ref _allLanes, [.. lanes, lane], lanes) is var seen && seen != lanes)
            lanes = seen;
    }

    /// <summary>Takes note of what the lanes hold, and of the time up to which that is all there will be.</summary>
    public void Look()
    {
        _bound = time.GetTimestamp();
        Interlocked.MemoryBarrier();
        _lanes = Volatile.Read(ref _allLanes);
        foreach (ArrivalLane lane in _lanes)
        {
            bool wasBusy = lane.IsBusy;
            lane.Look();
            // What a busy lane is about to bring is not earlier than what it brought last.
            if (wasBusy)
                _bound = Math.Min(_bound, lane.LastTicks);
        }
    }

    /// <summary>Takes the next arrival.</summary>
    /// <param name="before">Arrivals from this time on are left.</param>
    /// <param name="arrival">The arrival.</param>
    /// <returns>False when there is none yet; look again.</returns>
    public bool TryTake(long before, out Arrival arrival)
    {
        ArrivalLane? first = null;
        long earliest = long.MaxValue;
        foreach (ArrivalLane lane in _lanes)
        {
            if (!lane.TryPeek(out long ticks) || ticks >= earliest)
                continue;
            earliest = ticks;
            first = lane;
        }
        bool may = first is not null && earliest <= _bound && earliest < before;
        arrival = may ? first!.Take() : default;
        return may;
    }
}
