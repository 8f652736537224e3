namespace IoMerge.Scheduler;

/// <summary>
/// Straight through: every request goes to the backend by itself as soon as nothing that overlaps stands in its way.
/// The baseline that merging is measured against.
/// </summary>
internal sealed class NonePolicy : IDispatchPolicy
{
    /// <inheritdoc/>
    public bool IsPassThrough => true;

    /// <inheritdoc/>
    public IoRequest SelectNext(RequestQueue queue, long nowNs) => Arrival.Oldest(queue);
}
