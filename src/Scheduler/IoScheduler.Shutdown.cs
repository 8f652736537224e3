using IoMerge.Backends;

namespace IoMerge.Scheduler;

/// <content>The end: take nothing new, drain, flush, leave; bounded, and honest about what could not be done.</content>
public sealed partial class IoScheduler
{
    // A store takes a moment to close, also when nobody wants to wait for what it was given.
    private static readonly TimeSpan s_shortestClose = TimeSpan.FromSeconds(1);

    /// <summary>How the end went; null before <see cref="DisposeAsync"/> has completed.</summary>
    public ShutdownReport? Shutdown { get; private set; }

    /// <summary>
    /// Takes nothing new (ESHUTDOWN), drains, flushes and disposes of the backend. The wait for the backend is bounded
    /// by <see cref="SchedulerOptions.DrainTimeoutMs"/>, and its disposal by as much again, at least a second; see
    /// <see cref="Shutdown"/> for what could not be done then. Calling it again gives the same end.
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
            Shutdown = new ShutdownReport(false, flushed, failed, stuck, Closed: false);
            return;
        }
        SchedulerSnapshot last = _elevator.Snapshot();
        if (last.RequestsIn != last.RequestsCompleted)
        {
            _elevator.ReportMisuse(
                $"The books do not balance: {last.RequestsIn} in, {last.RequestsCompleted} told.");
        }
        _elevator.Dispose();
        // On a thread of its own: a store may hang before it has given back a task to wait for.
        TimeSpan closing = patience > s_shortestClose ? patience : s_shortestClose;
        bool closed = await EndsWithinAsync(Task.Run(DisposeBackendAsync), closing).ConfigureAwait(false);
        Shutdown = new ShutdownReport(true, await flush.ConfigureAwait(false), 0, 0, closed);
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
/// <param name="Closed">
/// True when the backend's disposal has ended. False when it did not in time, or was not begun because requests are
/// still at the backend: what it holds, a lock for instance, is held until the process ends.
/// </param>
public sealed record ShutdownReport(
    bool Drained, Errno Flush, int RequestsFailed, long RequestsStuck, bool Closed)
{
    /// <summary>
    /// True when all that was acknowledged is as durable as the store can make it, and the store is closed.
    /// </summary>
    public bool IsClean => Drained && Flush.IsSuccess && Closed;
}
