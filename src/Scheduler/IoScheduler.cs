using IoMerge.Backends;

namespace IoMerge.Scheduler;

/// <summary>
/// The public face: puts a request-merging elevator before a backend. All members may be called from any thread.
/// </summary>
public sealed partial class IoScheduler : IAsyncDisposable
{
    /// <summary>Puts an elevator before a backend, which it owns from then on and disposes of at its own end.</summary>
    public IoScheduler(IBackend backend, SchedulerOptions options) { _backend = backend; Options = options; }

    private readonly IBackend _backend;

    /// <summary>The store behind the elevator.</summary>
    public IBackend Backend => _backend;

    /// <summary>The options in force.</summary>
    public SchedulerOptions Options { get; private set; }

    /// <summary>
    /// True while the admission bounds are exceeded: submitted requests are kept aside until earlier ones complete. A
    /// submitter should stop taking in data requests until <see cref="CongestionEnded"/>.
    /// </summary>
    public bool IsCongested => _congested;

    /// <summary>True when even the reserve beside the admission bounds is used up: submit nothing more, of any kind.</summary>
    public bool IsReserveExhausted => _congested;

    /// <summary>Raised when <see cref="IsCongested"/> or <see cref="IsReserveExhausted"/> became false; on any thread, must be quick.</summary>
    public event Action? CongestionEnded { add { _congested |= value is null; } remove { _congested |= value is null; } }
    private bool _congested;

    /// <summary>Submits one request. Its outcome is always told through <see cref="IoRequest.OnCompleted"/>.</summary>
    public void Submit(IoRequest request) => Submit([request]);

    /// <summary>Submits what arrived together (a plug) in order of arrival, and starts what can be started.</summary>
    public void Submit(ReadOnlySpan<IoRequest> requests) => throw new NotImplementedException();

    /// <summary>
    /// Takes back a request that was not dispatched yet: it completes with <see cref="Errno.ECANCELED"/>. A request that
    /// is in flight finishes normally. A cancel that comes just before its request is remembered for a while.
    /// </summary>
    /// <param name="id">The <see cref="IoRequest.Id"/>.</param>
    public void Cancel(ulong id) => throw new NotImplementedException();

    /// <summary>Numbers since the start; consistent among each other.</summary>
    public SchedulerSnapshot GetSnapshot() => throw new NotImplementedException();

    /// <summary>Replaces policy, merge, hold and depth while requests are queued and in flight.</summary>
    public void Reconfigure(SchedulerOptions options) => throw new NotImplementedException();

    /// <summary>Completes when everything submitted before the call has completed.</summary>
    public Task DrainAsync() => throw new NotImplementedException();

    /// <summary>
    /// Takes nothing new (ESHUTDOWN), drains, flushes and disposes of the backend; bounded by
    /// <see cref="SchedulerOptions.DrainTimeoutMs"/>.
    /// </summary>
    public ValueTask DisposeAsync() => throw new NotImplementedException();
}
