namespace IoMerge.Backends.Local;

/// <summary>
/// The thread that owns a ring when nobody else does: it cycles until it is stopped and nothing is left.
/// </summary>
internal sealed class RingThread
{
    private const int StackBytes = 512 << 10;
    private readonly RingOwner _owner;
    private readonly Action<Exception> _failed;
    private readonly TaskCompletionSource<Errno> _started = new();
    private readonly Thread _thread;
    private bool _stopping;

    /// <param name="owner">The ring.</param>
    /// <param name="name">Name of the thread, for whoever looks at the process.</param>
    /// <param name="failed">Told of an exception that nobody expected; the thread goes on.</param>
    internal RingThread(RingOwner owner, string name, Action<Exception> failed)
    {
        _owner = owner;
        _failed = failed;
        _thread = new Thread(Run, StackBytes) { Name = name, IsBackground = true };
    }

    /// <summary>Starts the thread.</summary>
    /// <returns>Why it cannot own the ring, if it cannot; then it has ended.</returns>
    internal Errno Start()
    {
        try
        {
            _thread.UnsafeStart();
        }
        catch (Exception fault) when (fault is OutOfMemoryException or ThreadStartException)
        {
            return Errno.ENOMEM;
        }
        return _started.Task.GetAwaiter().GetResult();
    }

    /// <summary>Lets it work off what is in flight, and waits for its end.</summary>
    internal Task StopAsync()
    {
        Volatile.Write(ref _stopping, true);
        _owner.Interrupt();
        // Not on the caller's thread: it may be this one, running a completion.
        return Task.Run(_thread.Join);
    }

    private void Run()
    {
        Errno error = _owner.TryEnable();
        _started.SetResult(error);
        if (error.IsError)
            return;
        while (!Volatile.Read(ref _stopping) || !_owner.IsIdle)
        {
            try
            {
                _owner.Cycle(mayWait: true);
            }
#pragma warning disable CA1031 // Other operations are at the kernel and want their answers; the exception is kept.
            catch (Exception fault)
#pragma warning restore CA1031
            {
                _failed(fault);
            }
        }
        _owner.Retire();
    }
}
