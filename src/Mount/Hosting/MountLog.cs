using IoMerge.Backends;
using Microsoft.Extensions.Logging;

namespace IoMerge.Mount.Hosting;

/// <summary>All messages that mounting and unmounting log.</summary>
internal static partial class MountLog
{
    [LoggerMessage(1, LogLevel.Warning, "{MountPoint} is busy{Users}; it is detached now, and served for up to "
        + "{TimeoutMs} ms more for those who still have it open")]
    public static partial void Detached(ILogger logger, string mountPoint, string users, int timeoutMs);

    [LoggerMessage(2, LogLevel.Warning, "{MountPoint} was still in use and is taken away; who had it open gets errors, "
        + "but everything that was acknowledged is in the store")]
    public static partial void TakenAway(ILogger logger, string mountPoint);

    [LoggerMessage(3, LogLevel.Error, "the mount could not be removed: {Message}")]
    public static partial void NotUnmounted(ILogger logger, string message);

    [LoggerMessage(4, LogLevel.Error, "the session ended: {Message}")]
    public static partial void SessionFailed(ILogger logger, string message);

    [LoggerMessage(5, LogLevel.Critical, "volume {Volume}: {What}")]
    public static partial void NotFlushed(ILogger logger, string volume, string what);

    [LoggerMessage(6, LogLevel.Error, "volume {Volume}: {What}")]
    public static partial void SchedulerFault(ILogger logger, Exception? exception, string volume, string what);

    [LoggerMessage(7, LogLevel.Information, "serving {MountPoint}")]
    public static partial void Serving(ILogger logger, string mountPoint);

    [LoggerMessage(9, LogLevel.Error, "recording to {Path} has stopped: {Why}. The volumes go on being served; the "
        + "file has what arrived before, and says to its readers that it is not whole")]
    public static partial void RecordingStopped(ILogger logger, string path, string why);

    [LoggerMessage(8, LogLevel.Warning, "volume {Volume}: operations were answered with EIO because of a fault in the "
        + "store's own code; please report it with this exception")]
    public static partial void StoreFault(ILogger logger, Exception fault, string volume);

    [LoggerMessage(10, LogLevel.Warning, "the summary {Path} cannot be written: {Message}")]
    public static partial void SummaryNotWritten(ILogger logger, string path, string message);

    [LoggerMessage(11, LogLevel.Critical, "volume {Volume}: a write failed with {Error} when nobody could be told: it "
        + "came from the page cache of the mount (mmap), or its caller was gone. What it wrote is not in the store, "
        + "and whoever wrote it may not know; check it before you rely on it.")]
    public static partial void WriteLost(ILogger logger, string volume, Errno error);

    [LoggerMessage(12, LogLevel.Error, "{MountPoint} is still mounted, and answers nothing any more: {Message}. Take "
        + "it away as root: umount -l {MountPoint}")]
    public static partial void LeftBehind(ILogger logger, string mountPoint, string message);

    [LoggerMessage(13, LogLevel.Information, "volume {Volume}: settings changed by user {Uid} (pid {Pid}), until it is "
        + "unmounted: {Changes}")]
    public static partial void SettingsChanged(ILogger logger, string volume, uint uid, uint pid, string changes);

    [LoggerMessage(14, LogLevel.Warning, "volume {Volume}: settings that user {Uid} (pid {Pid}) wants are refused, and "
        + "nothing was changed: {Faults}")]
    public static partial void SettingsRefused(ILogger logger, string volume, uint uid, uint pid, string faults);

    [LoggerMessage(15, LogLevel.Critical, "a reader of the mount hangs in a call of a store, and was left {Why}; "
        + "unanswered requests: {Outstanding}. What was acknowledged is in the store. Find out why the store "
        + "hangs before you mount it again.")]
    public static partial void ReaderHangs(ILogger logger, string why, int outstanding);
}
