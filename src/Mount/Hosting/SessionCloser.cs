using IoMerge.Mount.Fuse;
using Microsoft.Extensions.Logging;

namespace IoMerge.Mount.Hosting;

/// <summary>
/// Sends the readers of a session home. One of them may be in a call of a store that never returns: it is left behind
/// then, and the log says so.
/// </summary>
internal sealed class SessionCloser(Patience patience, ILogger logger)
{
    /// <summary>How much longer, in milliseconds, than the stores may take to drain the readers may take.</summary>
    public int GraceMs { get; init; } = 5000;

    /// <summary>Closes a session.</summary>
    /// <param name="session">The session.</param>
    /// <param name="drainTimeoutMs">How long the slowest of its stores may take to drain, in milliseconds.</param>
    /// <returns>How it ended; null when it did not, and a reader still is where it was.</returns>
    public async Task<SessionEnd?> CloseAsync(FuseSession session, int drainTimeoutMs)
    {
        int boundMs = drainTimeoutMs + GraceMs;
        var disposal = Task.Run(() => session.DisposeAsync().AsTask());
        // A second signal must not make a fault of readers that are on their way.
        if (await patience.CompletesAsync(disposal, boundMs).ConfigureAwait(false)
            || await patience.CompletesSoonAsync(disposal).ConfigureAwait(false))
            return await session.Completion.ConfigureAwait(false);
        string why = patience.IsOver ? "because of a second signal" : $"after {boundMs} ms";
        MountLog.ReaderHangs(logger, why, session.Outstanding);
        return null;
    }
}
