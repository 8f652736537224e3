namespace IoMerge.Backends.Local;

/// <summary>Blocking system calls: on the submitting thread what cannot block, on worker threads the rest.</summary>
internal sealed class ThreadTransferEngine : ITransferEngine
{
    private readonly StoreOperations _operations;
    private readonly InlinePath _inline;
    private readonly WorkerThreads _workers;
    private Exception? _fault;

    internal ThreadTransferEngine(StoreOperations operations, InlinePath inline, int workers, string name)
    {
        _operations = operations;
        _inline = inline;
        _workers = new WorkerThreads(Run, workers, name);
    }

    public Exception? Fault => Volatile.Read(ref _fault);

    public ICompletionSource? Completions => null;

    public void Submit(BackendIo io)
    {
        if (!TryInline(io))
            SubmitToWorker(io);
    }

    public void BeginBatch() { }

    public void EndBatch() { }

    /// <summary>A system call that blocks cannot be called back.</summary>
    public bool TryCancel(BackendIo io) => false;

    /// <summary>Serves an operation on this thread, if that takes no waiting.</summary>
    internal bool TryInline(BackendIo io)
    {
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

    public async ValueTask DisposeAsync() => await _workers.StopAsync().ConfigureAwait(false);

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
