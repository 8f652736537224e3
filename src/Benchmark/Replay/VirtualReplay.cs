using IoMerge.Backends;
using IoMerge.Benchmark.Models;
using IoMerge.Benchmark.Results;
using IoMerge.Scheduler;
using IoMerge.Traces;

namespace IoMerge.Benchmark.Replay;

/// <summary>
/// A trace in virtual time: the real elevator, stepped on one thread, before device models. Nothing is waited for and
/// nothing depends on the machine: the same trace, options and model give the same outcome to the bit. One object makes
/// one replay.
/// </summary>
/// <remarks>
/// At one moment, completions come first (devices in the order of volumes), then ends of holds, then arrivals. What
/// arrives at one moment is one plug, within the bounds of a reader's plug. When the reserve of an elevator is used up
/// nothing more is sent to any, as the readers of a mount do, and what was to be sent meanwhile is sent afterwards; its
/// callers wait from when it was due.
/// </remarks>
public sealed class VirtualReplay : IReplayOwner
{
    private readonly VirtualClock _clock = new();
    private readonly ReplayTally _tally = new();
    private readonly DepthSeries _depth = new();
    private readonly BusyStretch _stretch = new();
    private readonly VolumeLayout _layout;
    private readonly Lane[] _lanes;
    private readonly ITraceFeed _feed;
    private readonly bool _isClosedLoop;
    private readonly List<string> _faults = [];
    private ReplayRequest? _free;
    private Lane? _full;

    private VirtualReplay(
        ITraceSource trace, Func<IDeviceModel> makeDevice, SchedulerOptions scheduler, ReplayOptions options)
    {
        IDeviceModel first = makeDevice();
        _layout = new VolumeLayout(trace.Header.Volumes.Count, options.SharedDevice, first.Capacity);
        _lanes = new Lane[_layout.Lanes];
        for (int i = 0; i < _lanes.Length; i++)
        {
            _lanes[i] = new Lane(i == 0 ? first : makeDevice(), scheduler, _clock, _stretch, i);
            _lanes[i].Scheduler.FaultOccurred += (what, exception) => _faults.Add($"{what} {exception}");
        }
        _isClosedLoop = options.ClosedLoopDepth > 0;
        _feed = _isClosedLoop
            ? new ClosedLoopFeed(trace, _tally.Callers, options.ClosedLoopDepth)
            : new TimedFeed(trace, _tally.Callers, options.Speed);
    }

    /// <summary>Replays a trace from its beginning to its end.</summary>
    /// <param name="trace">The trace, not read from yet; it is not disposed of.</param>
    /// <param name="makeDevice">Makes a new device for each volume, or one for all.</param>
    /// <param name="scheduler">The strategy.</param>
    /// <param name="options">When requests are sent, and to how many devices.</param>
    /// <param name="cancellation">Ends it early.</param>
    /// <exception cref="TraceFormatException">The trace is damaged; there is no outcome.</exception>
    /// <exception cref="InvalidDataException">The trace does not fit on the device.</exception>
    /// <exception cref="OperationCanceledException">It was ended early.</exception>
    public static ReplayOutcome Run(
        ITraceSource trace, Func<IDeviceModel> makeDevice, SchedulerOptions scheduler, ReplayOptions options,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(trace);
        ArgumentNullException.ThrowIfNull(makeDevice);
        ArgumentNullException.ThrowIfNull(options);
        var replay = new VirtualReplay(trace, makeDevice, scheduler, options);
        replay.Run(cancellation);
        ReplayOutcome outcome = replay.Sum();
        // Only at a good end: what a broken replay leaves outstanding would be waited for, and is objects only.
        foreach (Lane lane in replay._lanes)
            lane.Dispose();
        return outcome;
    }

    void IReplayOwner.Answered(ReplayRequest request, Errno error)
    {
        _tally.Answer(request, error, _clock.NowNs);
        _feed.Answered(request.Caller);
        request.NextFree = _free;
        _free = request;
    }

    private void Run(CancellationToken cancellation)
    {
        for (int steps = 0; Step(); steps++)
        {
            if ((steps & 0xFFFF) == 0)
                cancellation.ThrowIfCancellationRequested();
        }
        if (_faults.Count > 0)
            throw new InvalidOperationException(string.Join(" ", _faults));
        if (_tally.Outstanding > 0)
            throw new InvalidOperationException($"{_tally.Outstanding} requests were never answered.");
    }

    /// <summary>Does what comes next in time; false when there is nothing left.</summary>
    private bool Step()
    {
        if (_full is { } full && !full.Scheduler.IsReserveExhausted)
            _full = null;
        long arrivalNs = _full is null ? _feed.NextDueNs : long.MaxValue;
        if (arrivalNs < _clock.NowNs)
            arrivalNs = _clock.NowNs;
        Lane next = _lanes[0];
        long nextNs = next.NextNs;
        for (int i = 1; i < _lanes.Length; i++)
        {
            long laneNs = _lanes[i].NextNs;
            if (laneNs < nextNs)
                (next, nextNs) = (_lanes[i], laneNs);
        }
        if (nextNs == long.MaxValue && arrivalNs == long.MaxValue)
            return false;
        GoOnTo(Math.Min(nextNs, arrivalNs));
        if (nextNs <= arrivalNs)
            next.Step();
        else
            SendPlug();
        return true;
    }

    private void GoOnTo(long nowNs)
    {
        long travelling = 0, inFlight = 0;
        foreach (Lane lane in _lanes)
        {
            travelling += lane.Backend.MembersInFlight;
            inFlight += lane.Backend.InFlight;
        }
        _depth.NoteUntil(nowNs, _tally.Outstanding - travelling, inFlight);
        _clock.NowNs = nowNs;
    }

    private void SendPlug()
    {
        long bytes = 0;
        for (int i = 0; i < ReaderPlug.MaxRequests && bytes < ReaderPlug.MaxBytes; i++)
        {
            if (_feed.NextDueNs > _clock.NowNs)
                break;
            long dueNs = _isClosedLoop ? _clock.NowNs : _feed.NextDueNs;
            TraceRecord record = _feed.Take(out int caller);
            Lane lane = _lanes[_layout.LaneOf(record.Volume)];
            ReplayRequest request = _free ?? new ReplayRequest(this);
            _free = request.NextFree;
            request.Fill(
                record.Kind, record.Flags, _layout.Place(record), ModelBackend.WriteMemory, caller, dueNs);
            _tally.Send(dueNs, _clock.NowNs);
            _stretch.Arrived(_clock.NowNs, lane.Index, request.Kind, request.Extent, _tally.Outstanding);
            bytes += record.Length;
            lane.Add(request);
        }
        foreach (Lane lane in _lanes)
        {
            lane.ReleasePlug();
            if (lane.Scheduler.IsReserveExhausted)
                _full = lane;
        }
    }

    private ReplayOutcome Sum() => ReplayOutcome.Of(_tally, _depth, _stretch, _layout, MergeFacts.Sum(
        [.. _lanes.Select(lane => MergeFacts.Between(null, lane.Scheduler.GetSnapshot()))]));

    /// <summary>A device with the elevator before it.</summary>
    private sealed class Lane : IDisposable
    {
        private readonly IoRequest[] _plug = new IoRequest[ReaderPlug.MaxRequests];
        private VirtualHoldTimer? _timer;
        private int _plugCount;

        internal Lane(IDeviceModel device, SchedulerOptions options, VirtualClock clock, BusyStretch stretch, int index)
        {
            Index = index;
            Backend = new ModelBackend(device, clock, stretch, index);
            Scheduler = new IoScheduler(
                Backend, options, clock, elevator => _timer = new VirtualHoldTimer(clock, elevator));
        }

        internal int Index { get; }

        internal ModelBackend Backend { get; }

        internal IoScheduler Scheduler { get; }

        /// <summary>When something happens here next.</summary>
        internal long NextNs => Math.Min(Backend.NextNs, _timer!.DueNs);

        internal void Step()
        {
            if (Backend.NextNs <= _timer!.DueNs)
                Backend.CompleteNext();
            else
                _timer.GoOff();
        }

        // Through a span, which does not check the type of what it takes each time, as an array of a base class does.
        internal void Add(ReplayRequest request) => _plug.AsSpan()[_plugCount++] = request;

        internal void ReleasePlug()
        {
            if (_plugCount == 0)
                return;
            Scheduler.Submit(_plug.AsSpan(0, _plugCount));
            _plugCount = 0;
        }

        public void Dispose()
        {
            Backend.Close();
            Scheduler.DisposeAsync().AsTask().GetAwaiter().GetResult();
            _timer!.Dispose();
        }
    }
}
