using System.Buffers;
using System.Threading.Tasks.Sources;
using IoMerge.Backends;

namespace IoMerge.Scheduler;

/// <summary>
/// A request that is awaited: pooled, pins the caller's memory while it travels, and never runs the caller's
/// continuation on the thread that completed the I/O.
/// </summary>
internal sealed class AwaitableRequest : IoRequest, IValueTaskSource<long>, IValueTaskSource
{
    private readonly AwaitableRequestPool _pool;
    private ManualResetValueTaskSourceCore<long> _core = new() { RunContinuationsAsynchronously = true };
    private MemoryHandle _pin;
    private CancellationTokenRegistration _cancellation;

    internal AwaitableRequest(AwaitableRequestPool pool) => _pool = pool;

    internal short Version => _core.Version;

    internal unsafe void Begin(IoKind kind, Extent extent, ReadOnlyMemory<byte> memory, IoFlags flags, ulong id)
    {
        _pin = memory.IsEmpty ? default : memory.Pin();
        Prepare(kind, extent, (nint)_pin.Pointer, flags, id);
    }

    /// <summary>
    /// Lets a token take the request back. Before it is submitted: afterwards it may be over at any moment.
    /// </summary>
    internal void CancelWith(IoScheduler scheduler, CancellationToken cancellation)
    {
        if (cancellation.CanBeCanceled)
        {
            _cancellation = cancellation.UnsafeRegister(
                static state => { (IoScheduler target, ulong id) = ((IoScheduler, ulong))state!; target.Cancel(id); },
                (scheduler, Id));
        }
    }

    /// <inheritdoc/>
    protected internal override void OnCompleted(Errno error, long result, nint data)
    {
        _pin.Dispose();
        _pin = default;
        if (error.IsSuccess)
            _core.SetResult(result);
        else
            _core.SetException(ToException(error));
    }

    /// <inheritdoc/>
    public ValueTaskSourceStatus GetStatus(short token) => _core.GetStatus(token);

    /// <inheritdoc/>
    public void OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);

    /// <inheritdoc/>
    public long GetResult(short token)
    {
        try
        {
            return _core.GetResult(token);
        }
        finally
        {
            _cancellation.Dispose();
            _cancellation = default;
            _core.Reset();
            _pool.Return(this);
        }
    }

    /// <inheritdoc/>
    void IValueTaskSource.GetResult(short token) => GetResult(token);

    private Exception ToException(Errno error) => error == Errno.ECANCELED
        ? new OperationCanceledException(_cancellation.Token)
        : new StoreIOException(error, $"{Kind} of {Extent} failed: {error}.");
}
