using IoMerge.Rings;

namespace IoMerge.Backends.Local;

/// <summary>
/// Operations that are one system call go to the kernel through a ring, on the submitting thread, a batch at a time.
/// Their ends are worked off by whoever waits for them: a thread of the engine's own, or the server's loop. What is not
/// aligned, grows the store or is no single call, and what the ring refuses, goes the way of the
/// <see cref="ThreadTransferEngine"/>; what the page cache has is read on the submitting thread.
/// </summary>
internal sealed class UringTransferEngine : ITransferEngine, IRingHost, ICompletionSource
{
    [ThreadStatic]
    private static List<UringTransferEngine>? t_batches;

    private readonly StoreOperations _operations;
    private readonly ThreadTransferEngine _blocking;
    private readonly RingDriver _driver;
    private readonly RingThread _thread;
    private readonly Action<string> _warn;
    private volatile bool _hasSync;
    private volatile bool _hasAllocate;
    private Exception? _fault;

    private UringTransferEngine(
        StoreOperations operations, ThreadTransferEngine blocking, IRingKernel kernel, Ring ring, RingCodes codes,
        int signal, string name, Action<string> warn)
    {
        _operations = operations;
        _blocking = blocking;
        _warn = warn;
        _hasSync = codes.Sync;
        _hasAllocate = codes.Allocate;
        _driver = new RingDriver(kernel, ring, operations.Descriptor, signal, this);
        _thread = new RingThread(_driver, name + " ring", WorkOff);
    }

    public Exception? Fault => Volatile.Read(ref _fault) ?? _blocking.Fault;

    public ICompletionSource? Completions => this;

    public bool PrefersRegisteredMemory => true;

    int ICompletionSource.Descriptor => _driver.Descriptor;

    bool ICompletionSource.HasCompletions => _driver.HasCompletions;

    long IRingHost.StoreSize => _operations.Size;

    /// <summary>Starts an engine.</summary>
    /// <param name="operations">What the operations mean.</param>
    /// <param name="blocking">What the ring does not take; owned by the engine, if there is one.</param>
    /// <param name="kernel">The system.</param>
    /// <param name="name">Name of the thread.</param>
    /// <param name="warn">Told what a person should know. Any thread.</param>
    /// <param name="refusal">Why there is none, as the end of the sentence "io_uring is refused: ...".</param>
    /// <returns>Null when there is no ring to be had.</returns>
    internal static UringTransferEngine? TryStart(
        StoreOperations operations, ThreadTransferEngine blocking, IRingKernel kernel, string name,
        Action<string> warn, out string refusal)
    {
        if (RingOpener.TryOpen(kernel, RingUse.AnyThread, out RingCodes codes, out refusal) is not { } ring)
            return null;
        int signal = kernel.OpenSignal(out Errno error);
        if (signal < 0)
        {
            ring.Dispose();
            refusal = $"an eventfd cannot be had ({error})";
            return null;
        }
        UringTransferEngine engine = new(operations, blocking, kernel, ring, codes, signal, name, warn);
        error = engine._thread.Start();
        if (error.IsSuccess)
            return engine;
        engine._driver.Dispose();
        refusal = $"its thread cannot be had ({error})";
        return null;
    }

    public void Submit(BackendIo io)
    {
        if (_blocking.TryInline(io))
            return;
        if (!TryPost(io))
            _blocking.SubmitToWorker(io);
        else if (!IsInBatch())
            _driver.Submit();
    }

    public void BeginBatch() => (t_batches ??= []).Add(this);

    public void EndBatch()
    {
        List<UringTransferEngine>? batches = t_batches;
        if (batches is null || !batches.Remove(this))
            return;
        if (!batches.Contains(this))
            _driver.Submit();
    }

    public void RegisterMemory(nint address, nint length) => _driver.RegisterMemory(address, length);

    public bool TryCancel(BackendIo io)
    {
        _driver.Cancel(io);
        return true;
    }

    public async ValueTask DisposeAsync()
    {
        await _thread.StopAsync().ConfigureAwait(false);
        await _blocking.DisposeAsync().ConfigureAwait(false);
        _driver.Dispose();
    }

    /// <summary>What the completions bring about is submitted together, at the end.</summary>
    public void WorkOff()
    {
        BeginBatch();
        try
        {
            _driver.WorkOff();
        }
        finally
        {
            EndBatch();
        }
    }

    void ICompletionSource.Adopt() => _thread.IsRelieved = true;

    void ICompletionSource.Release() => _thread.IsRelieved = false;

    bool IRingHost.GoesOnFrom(long offset) => _operations.GoesOnFrom(offset);

    void IRingHost.Ended(BackendIo io, TransferResult result)
    {
        try
        {
            io.Complete(result.Error, result.Bytes);
        }
#pragma warning disable CA1031 // Other operations are at the kernel and want their answers; the exception is kept.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            Interlocked.CompareExchange(ref _fault, fault, null);
        }
    }

    void IRingHost.Refused(BackendIo io, in OneCall call, Errno error)
    {
        // Asked for once, and not again: these say that the kernel or the file system does not have it at all.
        if (error == Errno.EOPNOTSUPP || error == Errno.EINVAL || error == Errno.ENOSYS)
        {
            _hasSync &= call.Kind != OneCallKind.SyncData;
            _hasAllocate &= call.Kind != OneCallKind.Allocate;
        }
        _blocking.SubmitToWorker(io);
    }

    void IRingHost.Resubmit(BackendIo io)
    {
        if (!TryPost(io))
            _blocking.SubmitToWorker(io);
    }

    void IRingHost.Warn(string what) => _warn(what);

    private bool TryPost(BackendIo io)
    {
        if (_driver.IsBroken || !_operations.TryAsOneCall(io, out OneCall call))
            return false;
        if ((call.Kind == OneCallKind.SyncData && !_hasSync) || (call.Kind == OneCallKind.Allocate && !_hasAllocate))
            return false;
        _driver.Post(io, call);
        return true;
    }

    private bool IsInBatch() => t_batches is { Count: > 0 } batches && batches.Contains(this);
}
