using IoMerge.Mount.Volumes;
using IoMerge.Scheduler;
using Microsoft.Extensions.Logging;

namespace IoMerge.Mount.Hosting;

/// <summary>
/// Brings a volume to its end when nothing arrives for it any more: drains, flushes, closes the store, and says in the
/// log what of what was written is not safe.
/// </summary>
internal sealed class VolumeCloser(Patience patience, ILogger logger)
{
    /// <summary>Closes a volume.</summary>
    /// <returns>
    /// True when everything that was written is as durable as the store can make it. Else the log says what is not.
    /// </returns>
    public async Task<bool> CloseAsync(Volume volume)
    {
        IoScheduler scheduler = volume.Scheduler;
        Task disposal = scheduler.DisposeAsync().AsTask();
        bool inTime = await patience.CompletesAsync(disposal, Timeout.Infinite).ConfigureAwait(false);
        if (CompositionRoot.FindFault(scheduler.Backend) is { } fault)
            MountLog.StoreFault(logger, fault, volume.Name);
        bool isClean = true;
        if (!inTime || scheduler.Shutdown is not { IsClean: true })
        {
            MountLog.NotFlushed(logger, volume.Name, Explain(inTime ? scheduler.Shutdown : null));
            isClean = false;
        }
        if (volume.WriteErrors.Failure is { IsError: true } error)
        {
            MountLog.WriteLost(logger, volume.Name, error);
            isClean = false;
        }
        return isClean;
    }

    private static string Explain(ShutdownReport? report) => report is null
        ? "left before the store had finished, because of a second signal. What was acknowledged is in the store; "
            + "whether it is durable is not known."
        : $"the store did not take everything: last flush {report.Flush}, {report.RequestsFailed} requests "
            + $"ended with EIO, {report.RequestsStuck} never came back. Check the store before you "
            + "rely on what was written.";
}
