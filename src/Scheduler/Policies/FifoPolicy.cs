namespace IoMerge.Scheduler;

/// <summary>Arrival order; neighbours of the oldest request travel with it. Nobody can starve.</summary>
internal sealed class FifoPolicy : IDispatchPolicy
{
    /// <inheritdoc/>
    public IoRequest SelectNext(RequestQueue queue, long nowNs) => Arrival.Oldest(queue);
}
