namespace IoMerge.Backends.Decorators;

/// <summary>
/// Takes entries from any thread and writes them on one of its own, in the order they came. Loses none: when the
/// writer is far behind, whoever adds waits for it.
/// </summary>
internal sealed class LogWriter : IDisposable
{
    private const int MostWaiting = 1 << 16;
    private readonly object _gate = new();
    private readonly Action<LogEntry> _write;
    private readonly Action _flush;
    private readonly Thread _thread;
    private List<LogEntry> _filling = [];
    private List<LogEntry> _writing = [];
    private bool _closed;

    /// <param name="write">Writes one entry.</param>
    /// <param name="flush">Called when everything that waited is written.</param>
    internal LogWriter(Action<LogEntry> write, Action flush)
    {
        _write = write;
        _flush = flush;
        _thread = new Thread(Run) { Name = "iomerge log", IsBackground = true };
        _thread.Start();
    }

    /// <summary>The first error of writing; entries after it are dropped. Null while there was none.</summary>
    internal Exception? Fault { get; private set; }

    internal void Add(in LogEntry entry)
    {
        lock (_gate)
        {
            while (_filling.Count >= MostWaiting && !_closed)
                Monitor.Wait(_gate);
            _filling.Add(entry);
            if (_filling.Count == 1)
                Monitor.PulseAll(_gate);
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _closed = true;
            Monitor.PulseAll(_gate);
        }
        _thread.Join();
    }

    private void Run()
    {
        while (TrySwap())
        {
            try
            {
                if (Fault is null)
                    WriteAll();
            }
#pragma warning disable CA1031 // A full disk under the log must not take the volume down; whoever disposes is told.
            catch (Exception fault)
#pragma warning restore CA1031
            {
                Fault = fault;
            }
            _writing.Clear();
        }
    }

    private void WriteAll()
    {
        foreach (LogEntry entry in _writing)
            _write(entry);
        _flush();
    }

    private bool TrySwap()
    {
        lock (_gate)
        {
            while (_filling.Count == 0 && !_closed)
                Monitor.Wait(_gate);
            (_filling, _writing) = (_writing, _filling);
            Monitor.PulseAll(_gate);
            return _writing.Count > 0;
        }
    }
}
