using IoMerge.Mount.Fuse.Protocol;
using Microsoft.Extensions.Logging;

namespace IoMerge.Mount.Fuse;

/// <summary>All that a session writes to the log.</summary>
internal static partial class FuseLog
{
    [LoggerMessage(1, LogLevel.Error,
        "{Opcode} (request {Unique}, node {Node}) failed by a fault of this program; its caller gets EIO")]
    public static partial void HandlerFailed(
        ILogger logger, Exception fault, FuseOpcode opcode, ulong unique, ulong node);

    [LoggerMessage(2, LogLevel.Error, "Reader {Reader} failed by a fault of this program; the session ends")]
    public static partial void ReaderFailed(ILogger logger, Exception fault, int reader);

    [LoggerMessage(3, LogLevel.Debug, "The session ended: {Message}")]
    public static partial void Ended(ILogger logger, string message);
}
