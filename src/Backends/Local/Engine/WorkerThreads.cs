namespace IoMerge.Backends.Local;

/// <summary>
/// A bounded set of named background threads that take operations from one queue in order of arrival. Threads start
/// when there is more to do than threads that wait, and stay. Nothing is allocated per operation.
/// </summary>
/// <remarks>
/// Dedicated threads rather than the thread pool: they block on the disk, and the pool is as small as the machine.
/// </remarks>
internal sealed class WorkerThreads
{
    private const int StackBytes = 512 << 10;
    private readonly object _gate = new();
    private readonly Action<BackendIo> _run;
    private readonly string _name;
    private readonly Thread[] _threads;
    private BackendIo? _head;
    private BackendIo? _tail;
    private int _queued;
    private int _waiting;
    private int _started;
    private bool _stopping;

    /// <param name="run">Carries one operation out and completes it; must not throw.</param>
    /// <param name="most">Most threads, 1 or more.</param>
    /// <param name="name">Name of the threads, for whoever looks at the process.</param>
    internal WorkerThreads(Action<BackendIo> run, int most, string name)
    {
        _run = run;
        _name = name;
        _threads = new Thread[most];
    }

    /// <summary>Queues an operation.</summary>
    /// <returns>False when there is no thread for it and none can be started; the operation was not taken.</returns>
    internal bool TryEnqueue(BackendIo io)
    {
        lock (_gate)
        {
            bool covered = _queued < _waiting || _started == _threads.Length || TryStartThread();
            if (!covered && _started == 0)
                return false;
            io.Next = null;
            if (_tail is null)
                _head = io;
            else
                _tail.Next = io;
            _tail = io;
            _queued++;
            if (_waiting > 0)
                Monitor.Pulse(_gate);
        }
        return true;
    }

    /// <summary>Lets the threads finish what is queued, and waits for their end.</summary>
    internal Task StopAsync()
    {
        lock (_gate)
        {
            _stopping = true;
            Monitor.PulseAll(_gate);
        }
        // Not on the caller's thread: it may be one of these, running a completion.
        return Task.Run(() =>
        {
            for (int index = 0; index < _started; index++)
                _threads[index].Join();
        });
    }

    private bool TryStartThread()
    {
        Thread thread = new(Work, StackBytes) { Name = $"{_name} {_started}", IsBackground = true };
        try
        {
            thread.UnsafeStart();
        }
        catch (Exception fault) when (fault is OutOfMemoryException or ThreadStartException)
        {
            return false;
        }
        _threads[_started++] = thread;
        return true;
    }

    private void Work()
    {
        while (Take() is BackendIo io)
            _run(io);
    }

    private BackendIo? Take()
    {
        lock (_gate)
        {
            while (_head is null && !_stopping)
            {
                _waiting++;
                Monitor.Wait(_gate);
                _waiting--;
            }
            BackendIo? io = _head;
            if (io is null)
                return null;
            _head = io.Next;
            if (_head is null)
                _tail = null;
            _queued--;
            io.Next = null;
            return io;
        }
    }
}
