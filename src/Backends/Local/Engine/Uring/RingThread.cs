namespace IoMerge.Backends.Local;

/// <summary>
/// Waits for a ring's completions while nobody else does, and works them off. It submits nothing of its own accord.
/// </summary>
internal sealed class RingThread
{
    private const int StackBytes = 512 << 10;
    private readonly RingDriver _driver;
    private readonly Action _workOff;
    private readonly Thread _thread;
    private bool _isRelieved;
    private bool _stopping;

    /// <param name="driver">The ring.</param>
    /// <param name="name">Name of the thread, for whoever looks at the process.</param>
    /// <param name="workOff">What it does when something has come back; must not throw.</param>
    internal RingThread(RingDriver driver, string name, Action workOff)
    {
        _driver = driver;
        _workOff = workOff;
        _thread = new Thread(Run, StackBytes) { Name = name, IsBackground = true };
    }

    /// <summary>True while somebody else waits for the completions. Any thread.</summary>
    internal bool IsRelieved
    {
        get => Volatile.Read(ref _isRelieved);
        set
        {
            Volatile.Write(ref _isRelieved, value);
            // Once it stops, it looks for itself, and what would be signalled may be closed.
            if (!Volatile.Read(ref _stopping))
                _driver.Interrupt();
        }
    }

    /// <summary>Starts the thread.</summary>
    /// <returns>Why there is none, if there is none.</returns>
    internal Errno Start()
    {
        try
        {
            _thread.UnsafeStart();
            return Errno.None;
        }
        catch (Exception fault) when (fault is OutOfMemoryException or ThreadStartException)
        {
            return Errno.ENOMEM;
        }
    }

    /// <summary>Lets it work off what is in flight, whoever waits for it, and waits for its end.</summary>
    internal Task StopAsync()
    {
        Volatile.Write(ref _stopping, true);
        _driver.Interrupt();
        // Not on the caller's thread: it may be this one, running a completion.
        return Task.Run(_thread.Join);
    }

    private void Run()
    {
        while (!Volatile.Read(ref _stopping) || !_driver.IsIdle)
        {
            bool watches = !IsRelieved || Volatile.Read(ref _stopping);
            _driver.Await(watches);
            if (watches)
                _workOff();
        }
        _driver.Retire();
    }
}
