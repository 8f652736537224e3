using IoMerge.Backends;

namespace IoMerge.Scheduler;

/// <summary>
/// A queue to try a policy on in a unit test: no elevator, no store, no clock. It calls the policy as the elevator
/// does, except that nothing merges and nothing waits for an overlap, and it checks what a policy owes.
/// </summary>
/// <remarks>Not thread-safe.</remarks>
public sealed class PolicyRehearsal
{
    private readonly IDispatchPolicy _policy;
    private readonly RequestQueue _queue = new();
    private long _sequence;

    /// <summary>An empty queue before a policy, which must be new.</summary>
    public PolicyRehearsal(IDispatchPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(policy);
        _policy = policy;
    }

    /// <summary>What the policy chooses from.</summary>
    public RequestQueue Queue => _queue;

    /// <summary>Lets a request arrive and enter the queue. It has no memory and is never told an outcome.</summary>
    /// <param name="kind">What it asks for; not a flush, which no policy ever sees.</param>
    /// <param name="extent">Its bytes.</param>
    /// <param name="nowNs">The time of the arrival; not before that of an earlier one.</param>
    /// <returns>The request, to compare the policy's choice with.</returns>
    /// <exception cref="ArgumentException">It is a flush.</exception>
    public IoRequest Add(IoKind kind, Extent extent, long nowNs)
    {
        if (kind == IoKind.Flush)
            throw new ArgumentException("A policy never sees a flush.", nameof(kind));
        var request = new Rehearsed(kind, extent)
        {
            Offset = extent.Offset,
            LockEnd = extent.End,
            IsChange = kind.Changes(),
            Sequence = ++_sequence,
            ArrivedAtNs = nowNs,
        };
        _queue.Add(request);
        _policy.Added(request);
        return request;
    }

    /// <summary>Takes a request back, as a cancel does.</summary>
    /// <exception cref="InvalidOperationException">It is not in the queue.</exception>
    public void Cancel(IoRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        Remove(request, "What was to be cancelled");
    }

    /// <summary>Lets the policy choose, and dispatches what it chose.</summary>
    /// <returns>The policy's choice; null when the queue is empty, and the policy was not asked.</returns>
    /// <exception cref="InvalidOperationException">The policy chose what is not in the queue.</exception>
    public IoRequest? DispatchNext(long nowNs)
    {
        if (_queue.Count == 0)
            return null;
        IoRequest chosen = _policy.SelectNext(_queue, nowNs);
        Remove(chosen, "What the policy chose");
        _policy.Dispatched(chosen, chosen.Extent);
        return chosen;
    }

    private void Remove(IoRequest request, string what)
    {
        // A rehearsed request is in this queue or in none, unless somebody mixes two rehearsals up.
        if (request is not Rehearsed { State: RequestState.Queued })
            throw new InvalidOperationException($"{what} is not in the queue.");
        _queue.Remove(request);
        request.State = RequestState.Outside;
        _policy.Removed(request);
    }

    private sealed class Rehearsed : IoRequest
    {
        internal Rehearsed(IoKind kind, Extent extent) => Prepare(kind, extent);

        protected internal override void OnCompleted(Errno error, long result, nint data)
        {
        }
    }
}
