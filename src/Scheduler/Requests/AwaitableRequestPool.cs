using System.Collections.Concurrent;

namespace IoMerge.Scheduler;

/// <summary>Keeps awaited requests for the next caller, up to a bound.</summary>
internal sealed class AwaitableRequestPool
{
    private const int MaxKept = 4096;
    private readonly ConcurrentQueue<AwaitableRequest> _free = new();
    private int _kept;

    internal AwaitableRequest Rent()
    {
        if (!_free.TryDequeue(out AwaitableRequest? request))
            return new AwaitableRequest(this);
        Interlocked.Decrement(ref _kept);
        return request;
    }

    internal void Return(AwaitableRequest request)
    {
        if (Interlocked.Increment(ref _kept) <= MaxKept)
            _free.Enqueue(request);
        else
            Interlocked.Decrement(ref _kept);
    }
}
