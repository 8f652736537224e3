namespace IoMerge.Mount.Fuse.Requests;

/// <summary>
/// Counts what still may use the descriptors and the memory of a session, so that these go only when the last user has
/// left: a reply to a number that the system gave to another file in the meantime would be a disaster.
/// </summary>
/// <param name="released">Runs once, when the session was closed and nothing is outstanding; on any thread.</param>
internal sealed class OutstandingRequests(Action released)
{
    private int _users = 1; // the session itself
    private int _closed;

    /// <summary>Requests outstanding at this moment.</summary>
    public int Count => Volatile.Read(ref _users) - (Volatile.Read(ref _closed) == 0 ? 1 : 0);

    /// <summary>One request more.</summary>
    public void Begin() => Interlocked.Increment(ref _users);

    /// <summary>One request less.</summary>
    public void End()
    {
        if (Interlocked.Decrement(ref _users) == 0)
            released();
    }

    /// <summary>The session itself needs nothing any longer. Further calls do nothing.</summary>
    public void Close()
    {
        if (Interlocked.Exchange(ref _closed, 1) == 0)
            End();
    }
}
