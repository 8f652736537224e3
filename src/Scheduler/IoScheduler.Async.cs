using IoMerge.Backends;

namespace IoMerge.Scheduler;

/// <content>The awaitable interface. Allocates nothing per request once its pool is warm.</content>
public sealed partial class IoScheduler
{
    private readonly AwaitableRequestPool _awaitable = new();
    private long _lastId;

    /// <summary>Reads from the store.</summary>
    /// <param name="offset">First byte.</param>
    /// <param name="buffer">Where to; belongs to the scheduler until the task has completed.</param>
    /// <param name="cancellation">Takes the read back if it has not been dispatched yet.</param>
    /// <returns>Bytes read: all, or fewer at the end of the store.</returns>
    /// <exception cref="StoreIOException">The read failed.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The range is none.</exception>
    public ValueTask<long> ReadAsync(long offset, Memory<byte> buffer, CancellationToken cancellation = default)
    {
        AwaitableRequest request = Start(
            IoKind.Read, new Extent(offset, buffer.Length), buffer, IoFlags.None, cancellation);
        var task = new ValueTask<long>(request, request.Version);
        Submit(request);
        return task;
    }

    /// <summary>Writes to the store, the whole buffer or none that counts.</summary>
    /// <param name="offset">First byte.</param>
    /// <param name="buffer">What; belongs to the scheduler until the task has completed.</param>
    /// <param name="flags"><see cref="IoFlags.DataSync"/> or <see cref="IoFlags.Sync"/> for a durable write.</param>
    /// <param name="cancellation">Takes the write back if it has not been dispatched yet.</param>
    /// <exception cref="StoreIOException">
    /// The write failed; ENOSPC beyond the end of a store that cannot grow.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">The range is none.</exception>
    public ValueTask WriteAsync(
        long offset, ReadOnlyMemory<byte> buffer, IoFlags flags = IoFlags.None,
        CancellationToken cancellation = default) =>
        Send(Start(IoKind.Write, new Extent(offset, buffer.Length), buffer, flags, cancellation));

    /// <summary>
    /// Makes every write durable that was submitted before. Once a flush has failed all later ones fail too: what the
    /// store lost then is not brought back by asking again.
    /// </summary>
    /// <exception cref="StoreIOException">The store could not, now or at an earlier flush.</exception>
    public ValueTask FlushAsync(CancellationToken cancellation = default) =>
        Send(Start(IoKind.Flush, default, default, IoFlags.None, cancellation));

    /// <summary>Tells the store that a range is no longer needed.</summary>
    /// <exception cref="StoreIOException">The store failed, or cannot discard (EOPNOTSUPP).</exception>
    /// <exception cref="ArgumentOutOfRangeException">The range is none.</exception>
    public ValueTask DiscardAsync(long offset, long length, CancellationToken cancellation = default) =>
        Send(Start(IoKind.Discard, new Extent(offset, length), default, IoFlags.None, cancellation));

    /// <summary>Makes a range read as zeros.</summary>
    /// <param name="offset">First byte.</param>
    /// <param name="length">Number of bytes.</param>
    /// <param name="flags"><see cref="IoFlags.Unmap"/> to free the space where the store can.</param>
    /// <param name="cancellation">Takes the request back if it has not been dispatched yet.</param>
    /// <exception cref="StoreIOException">The store failed, or cannot zero (EOPNOTSUPP).</exception>
    /// <exception cref="ArgumentOutOfRangeException">The range is none.</exception>
    public ValueTask ZeroAsync(
        long offset, long length, IoFlags flags = IoFlags.None, CancellationToken cancellation = default) =>
        Send(Start(IoKind.Zero, new Extent(offset, length), default, flags, cancellation));

    /// <summary>Sets the size of the store.</summary>
    /// <exception cref="StoreIOException">The store failed, or cannot be resized (EOPNOTSUPP).</exception>
    /// <exception cref="ArgumentOutOfRangeException">The size is negative.</exception>
    public ValueTask ResizeAsync(long size, CancellationToken cancellation = default) =>
        Send(Start(IoKind.Resize, new Extent(size, 0), default, IoFlags.None, cancellation));

    private AwaitableRequest Start(
        IoKind kind, Extent extent, ReadOnlyMemory<byte> memory, IoFlags flags, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        AwaitableRequest request = _awaitable.Rent();
        ulong id = cancellation.CanBeCanceled ? (ulong)Interlocked.Increment(ref _lastId) : 0;
        request.Begin(kind, extent, memory, flags, id);
        request.CancelWith(this, cancellation);
        return request;
    }

    private ValueTask Send(AwaitableRequest request)
    {
        var task = new ValueTask(request, request.Version);
        Submit(request);
        return task;
    }
}
