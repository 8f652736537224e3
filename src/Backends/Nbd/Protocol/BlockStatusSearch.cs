namespace IoMerge.Backends.Nbd;

/// <summary>
/// A search for data or a hole through descriptors of <c>base:allocation</c>, taken as they come: nothing of them is
/// kept.
/// </summary>
internal struct BlockStatusSearch
{
    private bool _wantsHole;
    private long _from;

    /// <summary>The byte behind the last descriptor.</summary>
    internal long Position { get; private set; }

    /// <summary>Where it was found; -1 when not yet.</summary>
    internal long Found { get; private set; }

    /// <summary>Begins.</summary>
    /// <param name="position">Where the first descriptor starts.</param>
    /// <param name="from">Nothing before this byte counts.</param>
    /// <param name="wantsHole">Whether a hole is searched for, or data.</param>
    internal void Begin(long position, long from, bool wantsHole)
    {
        (Position, _from, _wantsHole, Found) = (position, from, wantsHole, -1);
    }

    /// <summary>Takes a descriptor.</summary>
    /// <returns>False when it describes nothing, or goes beyond 2^63.</returns>
    internal bool TryTake(uint length, uint state)
    {
        if (length == 0 || Position > long.MaxValue - length)
            return false;
        // A hole that does not read as zeros may hold anything; only what is both is one to lseek(2).
        const uint Hole = NbdWire.STATE_HOLE | NbdWire.STATE_ZERO;
        bool isHole = (state & Hole) == Hole;
        long end = Position + length;
        if (Found < 0 && isHole == _wantsHole && end > _from)
            Found = Math.Max(Position, _from);
        Position = end;
        return true;
    }
}
