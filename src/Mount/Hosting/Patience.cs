namespace IoMerge.Mount.Hosting;

/// <summary>
/// Waits for what may never come to its end: within a time, and no longer than until the second signal. Any thread.
/// </summary>
/// <param name="time">The clock.</param>
/// <param name="impatience">Cancelled when nothing is to be waited for any more.</param>
internal sealed class Patience(TimeProvider time, CancellationToken impatience)
{
    /// <summary>True when nothing is waited for any more.</summary>
    public bool IsOver => impatience.IsCancellationRequested;

    /// <summary>Waits for a task; false when the time is over or a second signal came.</summary>
    public async Task<bool> CompletesAsync(Task task, int timeoutMs)
    {
        try
        {
            TimeSpan timeout = timeoutMs < 0 ? Timeout.InfiniteTimeSpan : TimeSpan.FromMilliseconds(timeoutMs);
            await task.WaitAsync(timeout, time, impatience).ConfigureAwait(false);
            return true;
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            return task.IsCompleted;
        }
    }
}
