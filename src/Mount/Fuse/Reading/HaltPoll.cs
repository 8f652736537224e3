namespace IoMerge.Mount.Fuse.Reading;

/// <summary>
/// Decides whether a reader that found nothing should look again for a moment before it sleeps ("halt polling"). Waking
/// an idle core takes longer than many requests do; looking in vain burns a core that others may need. So it learns:
/// after a miss it sleeps at once for a while, twice as long after each further miss; a hit halves that; and a sleep
/// that turned out short ends it. A pure decision: it is told the time, it does not ask.
/// </summary>
internal sealed class HaltPoll(long longestTicks)
{
    private const int MostSkipped = 1023;

    private int _penalty;
    private int _skip;

    /// <summary>How long to look, in the ticks of the constructor; 0 to sleep at once. Asked once per wait.</summary>
    public long NextBudget()
    {
        if (longestTicks == 0)
            return 0;
        if (_skip == 0)
            return longestTicks;
        _skip--;
        return 0;
    }

    /// <summary>Looking has found a request.</summary>
    public void Hit() => _penalty /= 2;

    /// <summary>Looking has found nothing.</summary>
    public void Miss() => _skip = _penalty = Math.Min(2 * _penalty + 1, MostSkipped);

    /// <summary>It slept at once.</summary>
    /// <param name="ticks">From finding nothing to the next request.</param>
    public void Slept(long ticks)
    {
        if (ticks < longestTicks)
            _skip = 0;
    }
}
