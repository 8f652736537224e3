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

    // What has nothing to wait for takes no longer than this.
    private static readonly TimeSpan s_soon = TimeSpan.FromSeconds(1);

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

    /// <summary>
    /// Waits a moment for a task that needs no time of its own, whatever signals come; false when it is not completed
    /// then.
    /// </summary>
    public async Task<bool> CompletesSoonAsync(Task task)
    {
        await Task.WhenAny(task, Task.Delay(s_soon, time, CancellationToken.None)).ConfigureAwait(false);
        return task.IsCompleted;
    }
}
