namespace IoMerge.Backends.Nbd;

/// <summary>
/// Is told what becomes of the server, for logs. Called on the backend's own threads, one call at a time or several at
/// once; must return soon and not throw. No text holds a secret.
/// </summary>
public interface INbdEvents
{
    /// <summary>A connection is lost or given up; what was in flight on it is sent again over another.</summary>
    /// <param name="server">The server, without secrets.</param>
    /// <param name="reason">Why, as the end of a sentence.</param>
    void ConnectionLost(string server, string reason);

    /// <summary>No connection is left; an attempt to make one failed. Told once for each new reason.</summary>
    void Unreachable(string server, string reason);

    /// <summary>A connection that was lost is there again.</summary>
    /// <param name="server">The server, without secrets.</param>
    /// <param name="replays">Commands that were sent a second time so far.</param>
    void Reconnected(string server, long replays);

    /// <summary>
    /// The server has been away for longer than <see cref="NbdBackendOptions.ReconnectTimeoutMs"/>: requests fail.
    /// </summary>
    void GaveUp(string server, Errno error);

    /// <summary>
    /// The server is back with an export that is not the one that was opened: requests fail with EIO.
    /// </summary>
    void ExportChanged(string server, string what);

    /// <summary>The export has grown.</summary>
    void Grew(string server, long size);

    /// <summary>Writes were acknowledged and not flushed when a connection was lost: the next flush fails.</summary>
    void UnflushedWritesLost(string server);
}
