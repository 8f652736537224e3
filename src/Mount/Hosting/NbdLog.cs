using IoMerge.Backends;
using IoMerge.Backends.Nbd;
using Microsoft.Extensions.Logging;

namespace IoMerge.Mount.Hosting;

/// <summary>Logs what becomes of an NBD server.</summary>
internal sealed partial class NbdLog(ILogger logger) : INbdEvents
{
    [LoggerMessage(1, LogLevel.Warning, "the {Server}: a connection is lost, {Reason}; what was in flight is sent "
        + "again")]
    private static partial void LogLost(ILogger logger, string server, string reason);

    [LoggerMessage(2, LogLevel.Warning, "the {Server} cannot be reached: {Reason}; requests wait")]
    private static partial void LogUnreachable(ILogger logger, string server, string reason);

    [LoggerMessage(3, LogLevel.Information, "the {Server} is connected again; {Replays} commands were sent again so "
        + "far")]
    private static partial void LogReconnected(ILogger logger, string server, long replays);

    [LoggerMessage(4, LogLevel.Error, "the {Server} has been away for too long: requests end with {Error} until it is "
        + "back")]
    private static partial void LogGaveUp(ILogger logger, string server, Errno error);

    [LoggerMessage(5, LogLevel.Error, "the {Server} is back with another export, {What}: requests end with EIO. Bring "
        + "the old export back, or mount anew")]
    private static partial void LogChanged(ILogger logger, string server, string what);

    [LoggerMessage(6, LogLevel.Information, "the {Server}: the export has grown to {Size} bytes")]
    private static partial void LogGrew(ILogger logger, string server, long size);

    [LoggerMessage(7, LogLevel.Error, "the {Server}: writes were acknowledged and not flushed when the connection was "
        + "lost; the next flush fails with EIO")]
    private static partial void LogWritesLost(ILogger logger, string server);

    /// <inheritdoc/>
    public void ConnectionLost(string server, string reason) => LogLost(logger, server, reason);

    /// <inheritdoc/>
    public void Unreachable(string server, string reason) => LogUnreachable(logger, server, reason);

    /// <inheritdoc/>
    public void Reconnected(string server, long replays) => LogReconnected(logger, server, replays);

    /// <inheritdoc/>
    public void GaveUp(string server, Errno error) => LogGaveUp(logger, server, error);

    /// <inheritdoc/>
    public void ExportChanged(string server, string what) => LogChanged(logger, server, what);

    /// <inheritdoc/>
    public void Grew(string server, long size) => LogGrew(logger, server, size);

    /// <inheritdoc/>
    public void UnflushedWritesLost(string server) => LogWritesLost(logger, server);
}
