namespace IoMerge.Backends.Local;

/// <summary>Blocking system calls: on the submitting thread what cannot block, on worker threads the rest.</summary>
internal sealed class ThreadTransferEngine : ITransferEngine
{
    private readonly StoreOperations _operations;
    private readonly InlinePath _inline;
    private readonly FileLender? _lender;
    private readonly WorkerThreads _workers;
    private Exception? _fault;

    /// <param name="operations">What the operations mean.</param>
    /// <param name="inline">Which of them are served on the submitting thread.</param>
    /// <param name="lender">Which of them need no transfer; null for none. Owned by the engine.</param>
    /// <param name="workers">Most threads.</param>
    /// <param name="name">Their name.</param>
    internal ThreadTransferEngine(
        StoreOperations operations, InlinePath inline, FileLender? lender, int workers, string name)
    {
        _operations = operations;
        _inline = inline;
        _lender = lender;
        _workers = new WorkerThreads(Run, workers, name);
    }

    public Exception? Fault => Volatile.Read(ref _fault);

    public ICompletionSource? Completions => null;

    // A thread that blocks hands its memory over with each call.
    public bool PrefersRegisteredMemory => false;

    public void Submit(BackendIo io)
    {
        if (!TryInline(io))
            SubmitToWorker(io);
    }

    public void BeginBatch() { }

    public void EndBatch() { }

    public void RegisterMemory(nint address, nint length) { }

    /// <summary>A system call that blocks cannot be called back.</summary>
    public bool TryCancel(BackendIo io) => false;

    /// <summary>Serves an operation on this thread, if that takes no waiting.</summary>
    internal bool TryInline(BackendIo io)
    {
        if (_lender is not null && _lender.TryLend(io))
            return true;
        if (_inline.TryCarryOut(io, out TransferResult result))
            io.Complete(result.Error, result.Bytes);
        else if (_inline.IsEverythingInline)
            Run(io);
        else
            return false;
        return true;
    }

    /// <summary>Gives an operation to a thread that may wait.</summary>
    internal void SubmitToWorker(BackendIo io)
    {
        if (!_workers.TryEnqueue(io))
            io.Complete(Errno.EAGAIN, 0);
    }

    public async ValueTask DisposeAsync()
    {
        await _workers.StopAsync().ConfigureAwait(false);
        _lender?.Dispose();
    }

    private void Run(BackendIo io)
    {
        TransferResult result;
        try
        {
            result = _operations.CarryOut(io);
        }
#pragma warning disable CA1031 // Whatever it was, the operation must be answered; the exception is kept, not lost.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            Interlocked.CompareExchange(ref _fault, fault, null);
            result = new TransferResult(Errno.EIO, 0);
        }
        io.Complete(result.Error, result.Bytes);
    }
}
