using IoMerge.Backends;
using IoMerge.Benchmark.Results;
using IoMerge.Scheduler;
using IoMerge.Traces;

namespace IoMerge.Benchmark.Replay;

/// <summary>
/// A trace in real time: the real elevator before a real store, without FUSE. One thread sends what is due; answers
/// come on the store's threads. All volumes of the trace lie on the one store. One object makes one replay.
/// </summary>
/// <remarks>
/// What the trace wrote is unknown, so other bytes are written: whatever the store held where the trace writes is gone.
/// Processor time is that of the process without the time for which the sender looks at the clock; what the sender and
/// the watching cost is in it.
/// </remarks>
public sealed class RealtimeReplay : IReplayOwner, IOperationWatcher, IDisposable
{
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(100);

    private readonly Pacer _pacer = new();
    private readonly ReplayTally _tally = new();
    private readonly DepthSeries _depth = new();
    private readonly BusyStretch _stretch = new();
    private readonly WriteMemory _memory = new();
    private readonly AutoResetEvent _roomOrAnswer = new(false);
    private readonly IoRequest[] _plug = new IoRequest[ReaderPlug.MaxRequests];
    private readonly List<string> _faults = [];
    private readonly VolumeLayout _layout;
    private readonly ITraceFeed _feed;
    private readonly IoScheduler _scheduler;
    private readonly bool _isClosedLoop;

    // What answers and the sender have in common: tally, feed, series and the list of free requests.
    private readonly Lock _gate = new();
    private ReplayRequest? _free;
    private long _inFlight;
    private long _membersInFlight;

    private RealtimeReplay(ITraceSource trace, IBackend store, SchedulerOptions scheduler, ReplayOptions options)
    {
        _layout = new VolumeLayout(trace.Header.Volumes.Count, shared: true, store.Size);
        _isClosedLoop = options.ClosedLoopDepth > 0;
        _feed = _isClosedLoop
            ? new ClosedLoopFeed(trace, _tally.Callers, options.ClosedLoopDepth)
            : new TimedFeed(trace, _tally.Callers, options.Speed);
        _scheduler = new IoScheduler(new WatchedBackend(store, this), scheduler);
        _scheduler.CongestionEnded += () => _roomOrAnswer.Set();
        _scheduler.FaultOccurred += (what, exception) =>
        {
            lock (_gate)
                _faults.Add($"{what} {exception?.Message}");
        };
    }

    /// <summary>Replays a trace from its beginning to its end, on a thread of its own, and closes the store.</summary>
    /// <param name="trace">The trace, not read from yet; it is not disposed of.</param>
    /// <param name="store">The store; it is disposed of in any case.</param>
    /// <param name="scheduler">The strategy.</param>
    /// <param name="options">When requests are sent; all volumes share the store.</param>
    /// <param name="cancellation">Ends it early, once what is outstanding is answered.</param>
    /// <exception cref="TraceFormatException">The trace is damaged; there is no outcome.</exception>
    /// <exception cref="InvalidDataException">The trace does not fit on the store.</exception>
    /// <exception cref="OperationCanceledException">It was ended early.</exception>
    public static async Task<ReplayOutcome> RunAsync(
        ITraceSource trace, IBackend store, SchedulerOptions scheduler, ReplayOptions options,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(trace);
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(options);
        RealtimeReplay replay;
        try
        {
            replay = new RealtimeReplay(trace, store, scheduler, options);
        }
        catch
        {
            await store.DisposeAsync().ConfigureAwait(false);
            throw;
        }
        using (replay)
        {
            try
            {
                return await Task.Factory.StartNew(
                    () => replay.Run(cancellation), CancellationToken.None,
                    TaskCreationOptions.LongRunning, TaskScheduler.Default).ConfigureAwait(false);
            }
            finally
            {
                await replay._scheduler.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _roomOrAnswer.Dispose();
        _memory.Dispose();
    }

    void IReplayOwner.Answered(ReplayRequest request, Errno error)
    {
        long nowNs = _pacer.NowNs();
        bool tells;
        lock (_gate)
        {
            _tally.Answer(request, error, nowNs);
            _feed.Answered(request.Caller);
            request.NextFree = _free;
            _free = request;
            tells = _isClosedLoop || _tally.Outstanding == 0;
        }
        if (tells)
            _roomOrAnswer.Set();
    }

    OperationMark IOperationWatcher.Left(BackendIo io)
    {
        lock (_gate)
        {
            _inFlight++;
            _membersInFlight += io.MemberCount;
            return _stretch.Left(_pacer.NowNs(), 0, io);
        }
    }

    void IOperationWatcher.Ended(OperationMark mark, int members)
    {
        lock (_gate)
        {
            _inFlight--;
            _membersInFlight -= members;
            _stretch.Ended(mark, _pacer.NowNs());
        }
    }

    private ReplayOutcome Run(CancellationToken cancellation)
    {
        TimeSpan cpuBefore = Environment.CpuUsage.TotalTime;
        try
        {
            while (NextDueNs() is { } dueNs && !cancellation.IsCancellationRequested)
            {
                if (dueNs == long.MaxValue || _scheduler.IsReserveExhausted)
                    _roomOrAnswer.WaitOne(s_look);
                else
                    SendWhatIsDue(dueNs, cancellation);
            }
        }
        finally
        {
            WaitForAnswers();
        }
        cancellation.ThrowIfCancellationRequested();
        if (_faults.Count > 0)
            throw new InvalidOperationException(string.Join(" ", _faults));
        double cpuUs = (Environment.CpuUsage.TotalTime - cpuBefore).TotalMicroseconds - _pacer.SpunNs / 1e3;
        MergeFacts merging = MergeFacts.Between(null, _scheduler.GetSnapshot());
        return ReplayOutcome.Of(_tally, _depth, _stretch, _layout, merging) with
        {
            CpuUsPerRequest = Math.Max(0, cpuUs) / Math.Max(1, _tally.Answered),
        };
    }

    /// <summary>When to send next: <see cref="long.MaxValue"/> after an answer, null never.</summary>
    private long? NextDueNs()
    {
        lock (_gate)
        {
            long dueNs = _feed.NextDueNs;
            return dueNs < long.MaxValue || (_isClosedLoop && _tally.Outstanding > 0) ? dueNs : null;
        }
    }

    private void SendWhatIsDue(long dueNs, CancellationToken cancellation)
    {
        _pacer.WaitUntil(dueNs, cancellation);
        long nowNs = _pacer.NowNs();
        int count = 0;
        try
        {
            lock (_gate)
                TakePlug(nowNs, ref count);
        }
        finally
        {
            // Also when the trace turns out to be damaged: what was taken counts as sent.
            _scheduler.Submit(_plug.AsSpan(0, count));
        }
    }

    private void TakePlug(long nowNs, ref int count)
    {
        _depth.NoteUntil(nowNs, Math.Max(0, _tally.Outstanding - _membersInFlight), _inFlight);
        long bytes = 0;
        while (count < _plug.Length && bytes < ReaderPlug.MaxBytes && _feed.NextDueNs <= nowNs)
        {
            long sentFor = _isClosedLoop ? nowNs : _feed.NextDueNs;
            TraceRecord record = _feed.Take(out int caller);
            ReplayRequest request = _free ?? new ReplayRequest(this);
            _free = request.NextFree;
            Extent place = _layout.Place(record);
            nint memory = record.Kind == IoKind.Write ? _memory.OfLength(record.Length) : 0;
            request.Fill(record.Kind, record.Flags, place, memory, caller, sentFor);
            _tally.Send(sentFor, nowNs);
            _stretch.Arrived(nowNs, 0, record.Kind, place, _tally.Outstanding);
            bytes += record.Length;
            _plug[count++] = request;
        }
    }

    private void WaitForAnswers()
    {
        while (true)
        {
            lock (_gate)
            {
                if (_tally.Outstanding == 0)
                    return;
            }
            _roomOrAnswer.WaitOne(s_look);
        }
    }
}
