using IoMerge.Backends;

namespace IoMerge.Scheduler;

/// <summary>
/// Queued requests without a gap between them, which would travel together as far as the limits allow: what a hold is
/// about. Only looks at the queue.
/// </summary>
/// <param name="Count">Requests, counted up to some limit.</param>
/// <param name="Extent">What they cover.</param>
internal readonly record struct Run(int Count, Extent Extent)
{
    // Beyond it an operation is about its bytes, and two side by side are as good as one.
    private const long MaxJoinedBytes = 256 << 10;

    /// <summary>The run around a queued request, itself included.</summary>
    /// <param name="seed">The request, queued.</param>
    /// <param name="limit">It is counted no further.</param>
    internal static Run Around(IoRequest seed, int limit)
    {
        int count = 1;
        IoRequest last = seed;
        while (count < limit && RequestQueue.Following(last) is { } next && next.Extent.Offset == last.Extent.End)
            (last, count) = (next, count + 1);
        IoRequest first = seed;
        while (count < limit && RequestQueue.Preceding(first) is { } next && next.Extent.End == first.Extent.Offset)
            (first, count) = (next, count + 1);
        return new Run(count, Extent.Between(first.Extent.Offset, last.Extent.End));
    }

    /// <summary>What it is to the operation in flight that ends where it begins, if there is one.</summary>
    internal Continuation ContinuationOf(InFlightExtent? before, MergeLimits limits)
    {
        if (before is null)
            return Continuation.None;
        // Who has just been answered sends again while the answers still go out. That operation lands in a moment, and
        // all is asked again.
        if (before.IsOver)
            return Continuation.Apart;
        long bytes = Extent.End - before.Offset;
        return bytes <= MaxJoinedBytes && limits.Allow(before.Members + Count, bytes)
            ? Continuation.Joinable
            : Continuation.Apart;
    }
}
