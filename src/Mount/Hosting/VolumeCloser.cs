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
    /// <summary>
    /// How much longer, in milliseconds, than the scheduler's own bounds the end of a volume may take: a store may hang
    /// where the scheduler calls it, and then these do not count.
    /// </summary>
    public int GraceMs { get; init; } = 5000;

    /// <summary>Closes a volume.</summary>
    /// <returns>
    /// True when everything that was written is as durable as the store can make it. Else the log says what is not.
    /// </returns>
    public async Task<bool> CloseAsync(Volume volume)
    {
        IoScheduler scheduler = volume.Scheduler;
        int boundMs = 2 * scheduler.Options.DrainTimeoutMs + GraceMs;
        var disposal = Task.Run(() => scheduler.DisposeAsync().AsTask());
        bool inTime = await patience.CompletesAsync(disposal, boundMs).ConfigureAwait(false);
        if (CompositionRoot.FindFault(scheduler.Backend) is { } fault)
            MountLog.StoreFault(logger, fault, volume.Name);
        bool isClean = true;
        if (!inTime || scheduler.Shutdown is not { IsClean: true })
        {
            MountLog.NotFlushed(logger, volume.Name, Explain(inTime ? scheduler.Shutdown : null, boundMs));
            isClean = false;
        }
        if (volume.WriteErrors.Failure is { IsError: true } error)
        {
            MountLog.WriteLost(logger, volume.Name, error);
            isClean = false;
        }
        return isClean;
    }

    private string Explain(ShutdownReport? report, int boundMs)
    {
        const string Unknown = "What was acknowledged is in the store; whether it is durable is not known.";
        if (report is null)
        {
            return patience.IsOver
                ? $"left before the store had finished, because of a second signal. {Unknown}"
                : $"the store hangs, and was left after {boundMs} ms. {Unknown}";
        }
        if (report is { Drained: true, Flush.IsSuccess: true })
        {
            return "everything is flushed, but the store did not close in time (Scheduler:DrainTimeoutMs). What it "
                + "holds, as a lock or a device, is free only when this process is gone. Find out why it hangs before "
                + "you mount it again.";
        }
        return $"the store did not take everything: last flush {report.Flush}, {report.RequestsFailed} requests ended "
            + $"with EIO, {report.RequestsStuck} never came back{(report.Closed ? "" : ", and it is not closed")}. "
            + "Check the store before you rely on what was written.";
    }
}
