using IoMerge.Backends;
using IoMerge.Scheduler;

namespace IoMerge.Benchmark.Matrix.InProcess;

/// <summary>
/// Writes the beginning of a store, with bytes that nothing can fold together, and makes them durable.
/// </summary>
internal static class StoreFiller
{
    private const int Piece = 1 << 20;
    private const int Depth = 4;

    /// <summary>Fills the store, up to a size.</summary>
    /// <exception cref="StoreIOException">The store could not be written.</exception>
    internal static async Task FillAsync(IBackend store, long mostBytes, CancellationToken stop)
    {
        var shared = new SharedBackend(store, mostBytes, new ElevatorRecorder());
        long size = shared.Size;
        byte[] bytes = GC.AllocateUninitializedArray<byte>(Piece, pinned: true);
        new Random(1).NextBytes(bytes);
        var options = new SchedulerOptions { Policy = DispatchPolicies.None };
        var scheduler = new IoScheduler(shared, options);
        await using (scheduler.ConfigureAwait(false))
        {
            var writes = new Queue<Task>();
            try
            {
                for (long at = 0; at < size; at += Piece)
                {
                    stop.ThrowIfCancellationRequested();
                    int length = (int)Math.Min(Piece, size - at);
                    if (writes.Count == Depth)
                        await writes.Dequeue().ConfigureAwait(false);
                    writes.Enqueue(scheduler.WriteAsync(at, bytes.AsMemory(0, length),
                        cancellation: CancellationToken.None).AsTask());
                }
            }
            finally
            {
                // Whatever happened: the bytes are the scheduler's until every write has ended.
                await Task.WhenAll(writes).ConfigureAwait(false);
            }
            await scheduler.FlushAsync(stop).ConfigureAwait(false);
        }
    }
}
