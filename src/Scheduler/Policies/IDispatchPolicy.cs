using IoMerge.Backends;

namespace IoMerge.Scheduler;

/// <summary>
/// Who goes next. A policy is a pure, synchronous object: it has no clock, starts no task, takes no lock and does no
/// I/O; one thread at a time calls it. It chooses a seed; the elevator then lets the seed's neighbours travel with it.
/// </summary>
/// <remarks>
/// The elevator has settled already what may be chosen: whatever is in the queue overlaps nothing earlier. A policy
/// must not starve anybody: it owes every request a bound, checked at each call. See <c>docs/policies.md</c> for how to
/// write one.
/// </remarks>
public interface IDispatchPolicy
{
    /// <summary>True for the straight way through: nothing is merged, held back or bounded in depth.</summary>
    bool IsPassThrough => false;

    /// <summary>Whether operations may grow towards lower offsets.</summary>
    bool AllowsFrontMerges => true;

    /// <summary>A request entered the queue.</summary>
    void Added(IoRequest request)
    {
    }

    /// <summary>A request left the queue: as a seed, merged with one, or cancelled.</summary>
    void Removed(IoRequest request)
    {
    }

    /// <summary>An operation takes off.</summary>
    /// <param name="seed">The request that was chosen.</param>
    /// <param name="extent">What the operation covers after merging.</param>
    void Dispatched(IoRequest seed, Extent extent)
    {
    }

    /// <summary>
    /// Chooses a request of the queue. Called only when the queue is not empty. The answer is dispatched next, at once
    /// or after a hold, unless its caller takes it back meanwhile.
    /// </summary>
    /// <param name="queue">What may be chosen.</param>
    /// <param name="nowNs">The time, on the same scale as <see cref="IoRequest.ArrivedAtNs"/>.</param>
    IoRequest SelectNext(RequestQueue queue, long nowNs);
}
