namespace IoMerge.Backends.Local;

/// <summary>
/// Answers for an engine whose operations do not come back: after a time the caller is told ETIMEDOUT, the log is told
/// which operation it is, and the engine is asked to call it back.
/// </summary>
/// <remarks>
/// What was given up may still take effect, late. So its bytes stay locked: until the system has returned it,
/// operations that touch them, one of the two a change, end with EIO at once and do not reach the store. What was given
/// up also keeps its memory. A store that has kept too much of it is asked nothing more until some comes back: every
/// operation ends with ETIMEDOUT at once.
/// </remarks>
internal sealed class TimedTransferEngine : ITransferEngine
{
    /// <summary>How many objects are kept, with the memory of the longest operation that each has carried.</summary>
    private const int MostSpare = 64;

    /// <summary>With so many operations given up nothing more is given to the engine.</summary>
    private const int MostLost = 256;

    private readonly ITransferEngine _inner;
    private readonly TimeProvider _time;
    private readonly TimeSpan _timeout;
    private readonly Action<string> _warn;
    private readonly long _block;
    private readonly long _mostLostBytes;
    private readonly ITimer _timer;
    private readonly Lock _lock = new();
    private readonly Stack<TimedIo> _spare = new();
    private readonly List<TimedIo> _lost = [];
    private long _lostBytes;
    private bool _hasSaidFull;
    private TimedIo? _oldest;
    private TimedIo? _youngest;

    /// <param name="inner">The engine that does the work; disposed of with this one.</param>
    /// <param name="timeoutMs">How long an operation may take, in milliseconds, more than 0.</param>
    /// <param name="block">Operations touch whole blocks of so many bytes; a power of two.</param>
    /// <param name="mostLostBytes">
    /// With so many bytes in the hands of operations that were given up nothing more is given to the engine.
    /// </param>
    /// <param name="time">The clock.</param>
    /// <param name="warn">Told which operation did not come back, and that it did after all.</param>
    internal TimedTransferEngine(
        ITransferEngine inner, int timeoutMs, int block, long mostLostBytes, TimeProvider time, Action<string> warn)
    {
        _inner = inner;
        _time = time;
        _timeout = TimeSpan.FromMilliseconds(timeoutMs);
        _warn = warn;
        _block = block;
        _mostLostBytes = mostLostBytes;
        TimeSpan look = TimeSpan.FromMilliseconds(Math.Max(1, timeoutMs / 4));
        _timer = time.CreateTimer(_ => Look(), null, look, look);
    }

    public Exception? Fault => _inner.Fault;

    public ICompletionSource? Completions => _inner.Completions;

    // What is given up keeps its memory, so each operation has its own.
    public bool PrefersRegisteredMemory => false;

    public void Submit(BackendIo io)
    {
        TimedIo timed;
        lock (_lock)
            timed = _spare.TryPop(out TimedIo? spare) ? spare : new TimedIo(this);
        Errno error = Judge(io);
        if (error.IsSuccess)
            error = timed.Begin(io);
        if (error.IsError)
        {
            Keep(timed);
            io.Complete(error, 0);
            return;
        }
        timed.SubmittedAt = _time.GetTimestamp();
        lock (_lock)
            LinkLocked(timed);
        _inner.Submit(timed);
    }

    public void BeginBatch() => _inner.BeginBatch();

    public void EndBatch() => _inner.EndBatch();

    public void RegisterMemory(nint address, nint length) { }

    public bool TryCancel(BackendIo io) => false;

    /// <summary>
    /// Waits for the engine, but no longer for what was given up than for anything else. What still does not come back
    /// keeps its memory, its thread and its open file until the process ends.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        await _timer.DisposeAsync().ConfigureAwait(false);
        Task end = _inner.DisposeAsync().AsTask();
        try
        {
            await end.WaitAsync(_timeout, _time).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            _warn("the store is closed while operations have not come back; they hold it open until this process "
                + "ends.");
        }
    }

    /// <summary>The engine has completed an operation; nobody reaches into its memory any more.</summary>
    internal void Returned(TimedIo io, bool wasInTime)
    {
        lock (_lock)
        {
            if (wasInTime)
            {
                UnlinkLocked(io);
                if (_spare.Count < MostSpare)
                    _spare.Push(io);
                return;
            }
            // Not used again: the wish to call it back may still be on its way, and must not meet another operation.
            if (_lost.Remove(io))
                _lostBytes -= io.MemoryBytes;
            _hasSaidFull &= IsFullLocked;
        }
        _warn($"{Describe(io)} has come back after all; its caller had been told ETIMEDOUT.");
    }

    private bool IsFullLocked => _lost.Count >= MostLost || _lostBytes >= _mostLostBytes;

    /// <summary>
    /// Success for what may go to the engine. Blocks that are locked concern only who wants them, so that error is one
    /// of bytes, which lets the others of a merged operation be tried alone; a store that keeps all it gets concerns
    /// everybody.
    /// </summary>
    private Errno Judge(BackendIo io)
    {
        bool isNews;
        lock (_lock)
        {
            if (_lost.Count == 0)
                return Errno.None;
            if (!IsFullLocked)
                return _lost.Exists(lost => Conflicts(lost, io)) ? Errno.EIO : Errno.None;
            isNews = !_hasSaidFull;
            _hasSaidFull = true;
        }
        if (isNews)
        {
            _warn("so many operations have not come back from the store that it is asked nothing more: every request "
                + "ends with ETIMEDOUT until some of them do. Look at the device and the kernel's log.");
        }
        return Errno.ETIMEDOUT;
    }

    private void Look()
    {
        while (TakeOverdue() is { } overdue)
        {
            bool asked = _inner.TryCancel(overdue.Io);
            _warn($"{Describe(overdue.Io)} has not come back from the store for {overdue.Age.TotalMilliseconds:0} ms. "
                + "Its caller is told ETIMEDOUT" + (asked ? ", and the kernel is asked to give it up." : "."));
            overdue.Outer.Complete(Errno.ETIMEDOUT, 0);
        }
    }

    private (TimedIo Io, BackendIo Outer, TimeSpan Age)? TakeOverdue()
    {
        lock (_lock)
        {
            if (_oldest is { } oldest && _time.GetElapsedTime(oldest.SubmittedAt) is var age && age >= _timeout)
            {
                // Who comes second: it is being completed at this moment, and its end unlinks it.
                if (oldest.TakeOuter() is not { } outer)
                    return null;
                UnlinkLocked(oldest);
                _lost.Add(oldest);
                _lostBytes += oldest.MemoryBytes;
                return (oldest, outer, age);
            }
            return null;
        }
    }

    private bool Conflicts(TimedIo lost, BackendIo io)
    {
        if (!lost.Kind.Changes() && !io.Kind.Changes())
            return false;
        if (lost.Kind == IoKind.Resize || io.Kind == IoKind.Resize)
            return true;
        return (lost.Extent.Offset & -_block) < UpToBlock(io.Extent.End)
            && (io.Extent.Offset & -_block) < UpToBlock(lost.Extent.End);
    }

    private long UpToBlock(long end) => end > long.MaxValue - _block ? long.MaxValue : (end + _block - 1) & -_block;

    private static string Describe(TimedIo io) =>
        io.Kind == IoKind.Flush ? "Flush" : $"{io.Kind} {io.Extent}";

    private void Keep(TimedIo io)
    {
        lock (_lock)
            _spare.Push(io);
    }

    private void LinkLocked(TimedIo io)
    {
        io.Older = _youngest;
        io.Younger = null;
        if (_youngest is null)
            _oldest = io;
        else
            _youngest.Younger = io;
        _youngest = io;
    }

    private void UnlinkLocked(TimedIo io)
    {
        if (io.Older is null)
            _oldest = io.Younger;
        else
            io.Older.Younger = io.Younger;
        if (io.Younger is null)
            _youngest = io.Older;
        else
            io.Younger.Older = io.Older;
        io.Older = io.Younger = null;
    }
}
