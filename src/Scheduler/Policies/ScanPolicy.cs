using IoMerge.Backends;

namespace IoMerge.Scheduler;

/// <summary>
/// One-way sweep by offset, then back to the start (C-LOOK; Merten, "Some quantitative techniques for file
/// organization", 1970, for the family). Reads and writes share the sweep. A request older than the age bound goes
/// before it, and the sweep goes on from there.
/// </summary>
internal sealed class ScanPolicy(ScanOptions options) : IDispatchPolicy
{
    private readonly long _maxAgeNs = options.MaxAgeMs * 1_000_000L;
    private long _position;

    /// <inheritdoc/>
    public void Dispatched(IoRequest seed, Extent extent) => _position = extent.End;

    /// <inheritdoc/>
    public IoRequest SelectNext(RequestQueue queue, long nowNs)
    {
        IoRequest oldest = Arrival.Oldest(queue);
        if (nowNs - oldest.ArrivedAtNs >= _maxAgeNs)
            return oldest;
        return Nearer(
                queue.AtOrAfter(RequestDirection.Read, _position), queue.AtOrAfter(RequestDirection.Write, _position))
            ?? Nearer(queue.First(RequestDirection.Read), queue.First(RequestDirection.Write))!;
    }

    private static IoRequest? Nearer(IoRequest? a, IoRequest? b)
    {
        if (a is null || b is null)
            return a ?? b;
        return a.Extent.Offset <= b.Extent.Offset ? a : b;
    }
}
