namespace IoMerge.Backends.Nbd;

/// <summary>
/// Tells the server ahead of time what will be read, as far as <see cref="ReadAhead"/> knows. A few announcements are
/// under way at a time; beyond that nothing is said. Any thread.
/// </summary>
internal sealed class Announcer
{
    private const int MaxInFlight = 8;

    private readonly Lock _lock = new();
    private readonly LinkSet _links;
    private readonly ReadAhead _ahead;
    private readonly Stack<Announcement> _spare = new(MaxInFlight);

    /// <param name="links">Where commands go.</param>
    /// <param name="window">How far ahead of a stream is looked, in bytes.</param>
    internal Announcer(LinkSet links, long window)
    {
        _links = links;
        _ahead = new ReadAhead(window, links.Info.MinimumBlock);
        for (int i = 0; i < MaxInFlight; i++)
            _spare.Push(new Announcement(this));
    }

    /// <summary>Hears of a read that was submitted. What it says about it is sent with what else was added.</summary>
    internal void Saw(Extent read)
    {
        Announcement announcement;
        lock (_lock)
        {
            if (!_ahead.TryPredict(read, _links.Size, _spare.Count > 0, out Extent ahead))
                return;
            announcement = _spare.Pop();
            announcement.Prepare(ahead);
        }
        _links.Rent().Begin(announcement, announcement.Extent);
    }

    /// <summary>An announcement is answered, or is not going to be.</summary>
    internal void Ended(Announcement announcement)
    {
        lock (_lock)
            _spare.Push(announcement);
    }
}
