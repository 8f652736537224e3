namespace IoMerge.Scheduler;

/// <summary>Questions of age that several policies ask.</summary>
internal static class Arrival
{
    /// <summary>The request that arrived first of all in the queue, which is not empty.</summary>
    internal static IoRequest Oldest(RequestQueue queue)
    {
        IoRequest? read = queue.Oldest(RequestDirection.Read);
        IoRequest? write = queue.Oldest(RequestDirection.Write);
        if (read is null || (write is not null && write.Sequence < read.Sequence))
            return write!;
        return read;
    }

    /// <summary>True when the oldest request of a direction is older than allowed.</summary>
    internal static bool IsExpired(RequestQueue queue, RequestDirection direction, long nowNs, long expireNs) =>
        queue.Oldest(direction) is { } oldest && nowNs - oldest.ArrivedAtNs >= expireNs;
}
