using Microsoft.Extensions.Logging;

namespace IoMerge.Backends.Rbd;

/// <summary>
/// Tells a person what ails the image, once a minute for each error: an image that is lost fails thousands of
/// operations for one reason. Any thread.
/// </summary>
internal sealed partial class TroubleReport(RbdName name, int requestTimeoutMs, ILogger logger, TimeProvider time)
{
    private static readonly TimeSpan s_silence = TimeSpan.FromMinutes(1);

    /// <summary>When each error was last told, by its number; what lies beyond shares the last place.</summary>
    private readonly long[] _told = new long[256];

    /// <summary>Hears of a failed operation.</summary>
    /// <param name="kind">What was to be done.</param>
    /// <param name="extent">Where.</param>
    /// <param name="returned">What librbd returned, below 0.</param>
    internal void Tell(IoKind kind, Extent extent, long returned)
    {
        Errno error = RbdErrors.Original(returned);
        if (!IsTimeToTell(error))
            return;
        if (error == Errno.ESHUTDOWN)
            LogBlocklisted(logger, name);
        else if (error == Errno.ETIMEDOUT)
            LogTimedOut(logger, name, kind, extent, OpenErrors.Seconds(requestTimeoutMs));
        else if (error == Errno.ENOENT)
            LogGone(logger, name);
        else if (error == Errno.EROFS)
            LogLockLost(logger, name);
        else
            LogFailed(logger, name, kind, extent, error);
    }

    private bool IsTimeToTell(Errno error)
    {
        ref long told = ref _told[Math.Min(error.Value, _told.Length - 1)];
        long last = Volatile.Read(ref told);
        // 0 means never; a clock that happens to show 0 tells twice, which does no harm.
        long now = time.GetTimestamp();
        return (last == 0 || time.GetElapsedTime(last, now) >= s_silence)
            && Interlocked.CompareExchange(ref told, now, last) == last;
    }

    [LoggerMessage(1, LogLevel.Error, "The cluster has blocklisted this client of {Image}, as it does when another "
        + "client takes its lock away: everything fails with EIO from now on. \"ceph osd blocklist ls\" and \"rbd "
        + "status\" show who did it; mount again after that")]
    private static partial void LogBlocklisted(ILogger logger, RbdName image);

    [LoggerMessage(2, LogLevel.Error, "{Image}: {Kind} of {Extent} was not answered within {Seconds} s; \"ceph "
        + "status\" shows what ails the cluster")]
    private static partial void LogTimedOut(ILogger logger, RbdName image, IoKind kind, Extent extent, int seconds);

    [LoggerMessage(3, LogLevel.Error, "{Image} or its pool was removed: everything fails with EIO from now on")]
    private static partial void LogGone(ILogger logger, RbdName image);

    [LoggerMessage(4, LogLevel.Error, "{Image}: another client holds the exclusive lock; writes fail with EROFS "
        + "until it gives it back")]
    private static partial void LogLockLost(ILogger logger, RbdName image);

    [LoggerMessage(5, LogLevel.Error, "{Image}: {Kind} of {Extent} failed with {Error}")]
    private static partial void LogFailed(ILogger logger, RbdName image, IoKind kind, Extent extent, Errno error);
}
