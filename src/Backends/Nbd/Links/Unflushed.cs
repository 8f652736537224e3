namespace IoMerge.Backends.Nbd;

/// <summary>The changes of one connection that were acknowledged and not flushed, by their numbers.</summary>
/// <param name="From">The last one that was flushed.</param>
/// <param name="To">The last one that was acknowledged.</param>
internal readonly record struct Unflushed(long From, long To)
{
    /// <summary>True when there are some.</summary>
    internal bool Exists => From != To;

    /// <summary>
    /// True when a flush that was asked for is among the commands that came back and covers all of them: then it tells
    /// of them, and the next one need not.
    /// </summary>
    internal bool IsToldBy(CommandChain orphans)
    {
        for (NbdCommand? command = orphans.Head; command is not null; command = command.Next)
        {
            if (command.Pinned is not null && command.Covers == To && command.Owner.IsFlush)
                return true;
        }
        return false;
    }
}
