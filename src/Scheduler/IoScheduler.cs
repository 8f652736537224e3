using IoMerge.Backends;

namespace IoMerge.Scheduler;

/// <summary>
/// The public face: puts a request-merging elevator before a backend. All members may be called from any thread.
/// </summary>
/// <remarks>
/// Two ways in: <see cref="Submit(IoRequest)"/> for servers that pool their requests and count nanoseconds, and
/// <see cref="ReadAsync"/> with its siblings for everybody else. Both obey the same contract (docs/scheduling.md):
/// answered only when done, overlaps in order of arrival, a failure only for whom it hit, each request exactly once.
/// </remarks>
public sealed partial class IoScheduler : IAsyncDisposable
{
    private readonly Elevator _elevator;
    private readonly Lock _disposeLock = new();
    private readonly Lock _reconfigureLock = new();
    private Task? _disposal;

    /// <summary>Puts an elevator before a backend, which it owns from then on and disposes of at its own end.</summary>
    /// <param name="backend">The store.</param>
    /// <param name="options">
    /// Policy, limits and bounds, copied; see <see cref="SchedulerOptionsValidator"/> for the ranges.
    /// </param>
    /// <param name="time">The clock; the system's when null.</param>
    /// <exception cref="ArgumentException">An option is out of its range; the message names all that are.</exception>
    public IoScheduler(IBackend backend, SchedulerOptions options, TimeProvider? time = null)
        : this(backend, options, time ?? TimeProvider.System, null)
    {
    }

    internal IoScheduler(
        IBackend backend, SchedulerOptions options, TimeProvider time, Func<Elevator, IHoldTimer>? timer)
    {
        ArgumentNullException.ThrowIfNull(backend);
        ArgumentNullException.ThrowIfNull(options);
        SchedulerOptionsValidator.ThrowIfInvalid(options);
        Options = options.Copy();
        _elevator = new Elevator(backend, options.Copy(), time, timer)
        {
            Fault = (what, exception) => FaultOccurred?.Invoke(what, exception),
            CongestionEnded = () => CongestionEnded?.Invoke(),
        };
    }

    /// <summary>The store behind the elevator.</summary>
    public IBackend Backend => _elevator.Backend;

    /// <summary>
    /// The options in force. Changing the object changes nothing: give a changed one to <see cref="Reconfigure"/>.
    /// </summary>
    public SchedulerOptions Options { get; private set; }

    /// <summary>
    /// True while what was submitted and has not ended exceeds the admission bounds: what is beyond is kept aside until
    /// earlier requests complete. A submitter should stop taking in data requests until <see cref="CongestionEnded"/>.
    /// Who looks before each submission never exceeds the bounds by more than that one submission. Any thread; does not
    /// wait.
    /// </summary>
    public bool IsCongested => _elevator.IsCongested;

    /// <summary>
    /// True when even the reserve beside the admission bounds (256 requests, 16 MiB) is used up: submit nothing more,
    /// of any kind. Any thread; does not wait.
    /// </summary>
    public bool IsReserveExhausted => _elevator.IsReserveExhausted;

    /// <summary>
    /// True while the operations that completed lately carried several requests each: gathering requests pays. Any
    /// thread; does not wait.
    /// </summary>
    public bool MergesLately => _elevator.MergesLately;

    /// <summary>Why every flush fails, once one has failed; see <see cref="FlushAsync"/>.</summary>
    public Errno FlushFailure => _elevator.FlushFailure;

    /// <summary>
    /// Raised when <see cref="IsCongested"/> or <see cref="IsReserveExhausted"/> became false; on any thread, must be
    /// quick.
    /// </summary>
    public event Action? CongestionEnded;

    /// <summary>
    /// Raised for faults that are bugs (a backend that throws or completes twice; a caller, a listener or a policy that
    /// throws): a sentence and the exception, if there is one. On any thread, must be quick; what it throws itself is
    /// lost. Requests that a backend's fault concerns end with EIO.
    /// </summary>
    public event Action<string, Exception?>? FaultOccurred;

    /// <summary>
    /// Called after outcomes were told, one or several, on the thread that told them: a server may gather its answers
    /// in <see cref="IoRequest.OnCompleted"/> and send them here with one system call. The data of reads stays valid
    /// until this returns. Must be quick. Set before the first submission; null for nobody.
    /// </summary>
    public Action? OutcomesTold
    {
        get => _elevator.OutcomesTold;
        set => _elevator.OutcomesTold = value;
    }

    /// <summary>
    /// Says that a transfer of this extent will be submitted soon; see <see cref="IBackend.Anticipate"/>.
    /// </summary>
    public void Anticipate(Extent extent) => _elevator.Backend.Anticipate(extent);

    /// <summary>
    /// Works off what has completed at the store, on the calling thread: for a server whose own loop waits for
    /// <see cref="IBackend.Completions"/>. Does nothing where there are none. Does not wait.
    /// </summary>
    public void WorkOffCompletions()
    {
        if (_elevator.Backend.Completions is { HasCompletions: true } source)
            _elevator.WorkOff(source);
    }

    /// <summary>Submits one request. Its outcome is always told through <see cref="IoRequest.OnCompleted"/>.</summary>
    public void Submit(IoRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        request.NextInChain = null;
        _elevator.Arrive(request);
    }

    /// <summary>
    /// Submits what arrived together (a plug) in order of arrival, and starts what can be started. Merging sees all of
    /// them before the first is dispatched.
    /// </summary>
    public void Submit(ReadOnlySpan<IoRequest> requests)
    {
        if (requests.IsEmpty)
            return;
        for (int i = 0; i + 1 < requests.Length; i++)
            requests[i].NextInChain = requests[i + 1];
        requests[^1].NextInChain = null;
        _elevator.Arrive(requests[0]);
    }

    /// <summary>
    /// Takes back a request that was not dispatched yet: it completes with <see cref="Errno.ECANCELED"/>. A request
    /// that is in flight finishes normally. A cancel that overtakes its request is remembered for a second.
    /// </summary>
    /// <param name="id">The <see cref="IoRequest.Id"/>.</param>
    public void Cancel(ulong id) => _elevator.Cancel(id);

    /// <summary>
    /// Numbers since the start, taken at one moment. Not for the hot path: it waits for the elevator's turn.
    /// </summary>
    public SchedulerSnapshot GetSnapshot() => _elevator.Snapshot();

    /// <summary>
    /// Replaces policy, merge, hold, depth and bounds while requests are queued and in flight; nothing is drained and
    /// ordering is kept across the switch.
    /// </summary>
    /// <exception cref="ArgumentException">An option is out of its range; nothing was changed.</exception>
    public void Reconfigure(SchedulerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        SchedulerOptionsValidator.ThrowIfInvalid(options);
        lock (_reconfigureLock)
        {
            _elevator.Reconfigure(options.Copy());
            Options = options.Copy();
        }
    }

    /// <summary>
    /// Completes at the next moment when nothing is waiting or in flight. Submitters should have stopped.
    /// </summary>
    public Task DrainAsync() => _elevator.WhenIdle();
}
