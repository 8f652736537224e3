using IoMerge.Backends;

namespace IoMerge.Scheduler;

/// <summary>
/// A policy from outside, at arm's length. If it throws, or chooses what is not in the queue, it is asked nothing more
/// and requests go in order of arrival from then on: a bug in the choice must not cost anybody his answer.
/// </summary>
internal sealed class GuardedPolicy : IDispatchPolicy
{
    private readonly string _name;
    private IDispatchPolicy? _policy;
    private Exception? _fault;

    private GuardedPolicy(IDispatchPolicy policy)
    {
        _policy = policy;
        _name = policy.GetType().Name;
    }

    /// <inheritdoc/>
    public bool IsPassThrough => Ask(static policy => policy.IsPassThrough, otherwise: false);

    /// <inheritdoc/>
    public bool AllowsFrontMerges => Ask(static policy => policy.AllowsFrontMerges, otherwise: true);

    /// <summary>The guard around a policy from outside; those of the house need none and stay as they are.</summary>
    internal static IDispatchPolicy Around(IDispatchPolicy policy) =>
        policy.GetType().Assembly == typeof(GuardedPolicy).Assembly ? policy : new GuardedPolicy(policy);

    /// <summary>
    /// What the policy did wrong, once: a sentence, and the exception; null when there is nothing new.
    /// </summary>
    internal (string What, Exception Exception)? TakeFault()
    {
        if (_fault is not { } fault)
            return null;
        _fault = null;
        return ($"The dispatch policy {_name} failed and is asked no more; requests go in order of arrival.", fault);
    }

    /// <inheritdoc/>
    public void Added(IoRequest request)
    {
        try
        {
            _policy?.Added(request);
        }
        catch (Exception exception)
        {
            Dismiss(exception);
        }
    }

    /// <inheritdoc/>
    public void Removed(IoRequest request)
    {
        try
        {
            _policy?.Removed(request);
        }
        catch (Exception exception)
        {
            Dismiss(exception);
        }
    }

    /// <inheritdoc/>
    public void Dispatched(IoRequest seed, Extent extent)
    {
        try
        {
            _policy?.Dispatched(seed, extent);
        }
        catch (Exception exception)
        {
            Dismiss(exception);
        }
    }

    /// <inheritdoc/>
    public IoRequest SelectNext(RequestQueue queue, long nowNs)
    {
        try
        {
            if (_policy?.SelectNext(queue, nowNs) is { State: RequestState.Queued } chosen)
                return chosen;
            if (_policy is not null)
                Dismiss(new InvalidOperationException("SelectNext returned what is not in the queue."));
        }
        catch (Exception exception)
        {
            Dismiss(exception);
        }
        return Arrival.Oldest(queue);
    }

    private bool Ask(Func<IDispatchPolicy, bool> question, bool otherwise)
    {
        try
        {
            return _policy is null ? otherwise : question(_policy);
        }
        catch (Exception exception)
        {
            Dismiss(exception);
            return otherwise;
        }
    }

    private void Dismiss(Exception exception)
    {
        _fault = exception;
        _policy = null;
    }
}
