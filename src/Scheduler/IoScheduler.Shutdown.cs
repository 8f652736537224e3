using IoMerge.Backends;

namespace IoMerge.Scheduler;

/// <content>The end: take nothing new, drain, flush, leave; bounded, and honest about what could not be done.</content>
public sealed partial class IoScheduler
{
    /// <summary>How the end went; null before <see cref="DisposeAsync"/> has completed.</summary>
    public ShutdownReport? Shutdown { get; private set; }

    /// <summary>
    /// Takes nothing new (ESHUTDOWN), drains, flushes and disposes of the backend. The wait for the backend is bounded
    /// by <see cref="SchedulerOptions.DrainTimeoutMs"/>; see <see cref="Shutdown"/> for what could not be done then.
    /// Calling it again gives the same end.
    /// </summary>
    public ValueTask DisposeAsync()
    {
        lock (_disposeLock)
            _disposal ??= ShutDownAsync();
        return new ValueTask(_disposal);
    }

    private async Task ShutDownAsync()
    {
        TimeSpan patience = TimeSpan.FromMilliseconds(Options.DrainTimeoutMs);
        Task<Errno> flush = FlushForShutdown();
        _elevator.Close();
        bool drained = await EndsWithinAsync(Task.WhenAll(flush, _elevator.WhenIdle()), patience).ConfigureAwait(false);
        if (!drained)
        {
            int failed = _elevator.FailWaiting(Errno.EIO);
            long stuck = _elevator.Outstanding;
            _elevator.Dispose();
            Errno flushed = flush.IsCompletedSuccessfully ? flush.Result : Errno.ETIMEDOUT;
            Shutdown = new ShutdownReport(false, flushed, failed, stuck);
            return;
        }
        SchedulerSnapshot last = _elevator.Snapshot();
        if (last.RequestsIn != last.RequestsCompleted)
        {
            _elevator.ReportMisuse(
                $"The books do not balance: {last.RequestsIn} in, {last.RequestsCompleted} told.");
        }
        _elevator.Dispose();
        await DisposeBackendAsync().ConfigureAwait(false);
        Shutdown = new ShutdownReport(true, await flush.ConfigureAwait(false), 0, 0);
    }

    private async Task DisposeBackendAsync()
    {
        try
        {
            await Backend.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            // Everything is flushed by now, and whoever ends a server must still learn how it went.
            _elevator.ReportMisuse("The backend threw from DisposeAsync.", exception);
        }
    }

    private Task<Errno> FlushForShutdown()
    {
        if (Backend.Geometry.IsReadOnly)
            return Task.FromResult(Errno.None);
        var request = new ShutdownFlush();
        Submit(request);
        return request.Outcome.Task;
    }

    private static async Task<bool> EndsWithinAsync(Task task, TimeSpan patience)
    {
        try
        {
            await task.WaitAsync(patience).ConfigureAwait(false);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    private sealed class ShutdownFlush : IoRequest
    {
        internal TaskCompletionSource<Errno> Outcome { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        internal ShutdownFlush() => Prepare(IoKind.Flush, default);

        protected internal override void OnCompleted(Errno error, long result, nint data) =>
            Outcome.TrySetResult(error);
    }
}

/// <summary>How a scheduler ended.</summary>
/// <param name="Drained">True when everything that was submitted has completed.</param>
/// <param name="Flush">How the last flush went; ETIMEDOUT when it did not come back.</param>
/// <param name="RequestsFailed">Waiting requests that were ended with EIO because the backend did not answer.</param>
/// <param name="RequestsStuck">Requests that are still at the backend and were never told.</param>
public sealed record ShutdownReport(bool Drained, Errno Flush, int RequestsFailed, long RequestsStuck)
{
    /// <summary>True when all that was acknowledged is as durable as the store can make it.</summary>
    public bool IsClean => Drained && Flush.IsSuccess;
}
