using IoMerge.Backends;
using IoMerge.Scheduler;
using IoMerge.Testing;

namespace IoMerge.Simulation.Tests;

/// <summary>
/// One seeded history of the real elevator on one thread: arrivals, completions out of order, faults, short transfers,
/// cancels, flushes, policy switches, and a drain. What is to be expected is worked out afterwards by
/// <see cref="SequentialOracle"/>, which knows nothing but the order of arrival.
/// </summary>
internal sealed class History : IDisposable
{
    private const int Steps = 60;

    private readonly Random _random;
    private readonly int _scale;
    private readonly int _storeSize;
    private readonly ManualTime _time = new();
    private readonly StepBackend _backend;
    private readonly IoScheduler _scheduler;
    private readonly bool _growable;
    private readonly List<Extent> _bad = [];
    private readonly Dictionary<BackendIo, long> _submittedAt = [];
    private readonly PlantedBug _bug;
    private readonly bool _gathers;
    private MergeOptions _loosest = new() { MaxBytes = 0, MaxRequests = 0, MaxSegments = 0 };
    private SteppedHoldTimer? _timer;
    private long _tick;
    private ulong _nextId = 1;

    internal History(int seed, PlantedBug bug = PlantedBug.None)
    {
        _random = new Random(seed);
        _bug = bug;
        // The smallest limit on bytes that may be configured is 4 KiB: some histories are large enough to meet it.
        _scale = _random.Next(4) == 0 ? 16 : 1;
        _storeSize = 4096 * _scale;
        _growable = _random.Next(4) == 0;
        var geometry = new BackendGeometry
        {
            BlockSize = _random.Next(3) == 0 ? 64 : 1,
            CanZero = true,
            CanDiscard = true,
            CanResize = _growable,
            MaxSegments = _random.Next(1, 40),
            MaxTransferBytes = _random.Next(64, 2048) * _scale,
            Boundary = _random.Next(3) == 0 ? 512 : 0,
            CompletesInline = _random.Next(4) == 0,
        };
        _backend = new StepBackend(_storeSize, geometry);
        _scheduler = new IoScheduler(
            _backend, NextOptions(), _time, elevator => _timer = new SteppedHoldTimer(elevator));
        _gathers = _random.Next(2) == 0;
        if (_gathers)
            ProbeRequest.GatherFor(_scheduler);
        _scheduler.FaultOccurred += (what, exception) => Faults.Add($"{what} {exception}");
        for (int i = _random.Next(4); i > 0; i--)
            _bad.Add(new Extent(_random.Next(_storeSize), _random.Next(1, 40)));
    }

    internal List<Arrival> Arrivals { get; } = [];

    internal List<string> Faults { get; } = [];

    internal List<(long Submitted, Errno Error)> Flushes { get; } = [];

    internal IReadOnlyList<Extent> Bad => _bad;

    internal StepBackend Backend => _backend;

    private bool IsUnfinished => _backend.InFlight.Count > 0 || Arrivals.Any(a => !a.Request.IsCompleted);

    internal SchedulerSnapshot Stats => _scheduler.GetSnapshot();

    /// <summary>Runs to the end and returns everything that broke the contract.</summary>
    internal IReadOnlyList<string> Run()
    {
        for (int step = 0; step < Steps; step++)
        {
            Step();
            NoteSubmissions();
        }
        for (int guard = 0; guard < 100_000 && IsUnfinished; guard++)
        {
            _time.AdvanceNs(1_000_000);
            _timer!.GoOff();
            if (_backend.InFlight.Count > 0)
                CompleteOne();
            NoteSubmissions();
        }
        IEnumerable<string> spoiled = Arrivals.Where(a => a.Request.SpoiledHeader is not null)
            .Select(a => $"The header before {a.Request.SpoiledHeader} was overwritten.");
        return [.. Faults, .. spoiled, .. _backend.Violations, .. new SequentialOracle(this, _storeSize).Judge()];
    }

    public void Dispose()
    {
        foreach (Arrival arrival in Arrivals)
            arrival.Request.Dispose();
    }

    private void Step()
    {
        _time.AdvanceNs(_random.Next(200_000));
        switch (_random.Next(20))
        {
            case < 9:
                Arrive();
                break;
            case < 13:
                if (_backend.InFlight.Count > 0)
                    CompleteOne();
                break;
            case < 16:
                Visit();
                break;
            case 16:
                CancelOne();
                break;
            case 17:
                _timer!.GoOff();
                break;
            case 18 when _random.Next(4) == 0:
                _scheduler.Reconfigure(NextOptions());
                break;
            default:
                _time.AdvanceNs(_random.Next(2_000_000_000));
                break;
        }
    }

    private void Arrive()
    {
        var plug = new IoRequest[_random.Next(1, 9)];
        int stream = _random.Next(_storeSize);
        for (int i = 0; i < plug.Length; i++)
        {
            ProbeRequest request = RandomRequest(ref stream);
            if (_gathers)
                request.Gathering();
            Arrivals.Add(new Arrival(request) { ArrivedAt = ++_tick });
            plug[i] = request;
        }
        Treason.Commit(_bug, plug);
        _scheduler.Submit(plug);
    }

    private ProbeRequest RandomRequest(ref int stream)
    {
        ulong id = _nextId++;
        int length = _random.Next(10) == 0 ? 0 : _random.Next(1, 130 * _scale);
        int offset = _random.Next(3) == 0 ? _random.Next(_storeSize) : stream;
        if (_growable && _random.Next(10) == 0)
            offset = (int)_backend.Size + _random.Next(3) * 10;
        stream = (offset + length) % _storeSize;
        switch (_random.Next(20))
        {
            case < 8:
                return ProbeRequest.Read(offset, length, _random.Next(2) == 0, id, Note);
            case < 16:
                var bytes = new byte[length];
                _random.NextBytes(bytes);
                var flags = (IoFlags)(_random.Next(6) == 0 ? _random.Next(1, 3) : 0);
                return ProbeRequest.Write(offset, bytes, flags, id, Note);
            case 16:
                return ProbeRequest.Of(IoKind.Zero, offset, length, id, Note);
            case 17 when _growable:
                return ProbeRequest.Of(IoKind.Resize, _storeSize + _random.Next(-500, 500), 0, id, Note);
            default:
                return ProbeRequest.Of(IoKind.Flush, 0, 0, id, Note);
        }
    }

    private void Note(ProbeRequest request)
    {
        Arrival arrival = Arrivals[Arrivals.FindIndex(a => a.Request == request)];
        arrival.CompletedAt = ++_tick;
        if (_bug == PlantedBug.DoubleAnswer && request is { Completions: 1, Kind: not IoKind.Read, Id: var id }
            && id % 50 == 0)
            request.TellAgain();
    }

    private void NoteSubmissions()
    {
        foreach (BackendIo io in _backend.InFlight)
        {
            if (_submittedAt.TryAdd(io, ++_tick) && io.Kind.IsTransfer() && io.MemberCount > 1)
                CheckLimits(io);
        }
    }

    private void CheckLimits(BackendIo io)
    {
        if (io.Extent.Length > _loosest.MaxBytes || io.MemberCount > _loosest.MaxRequests
            || io.Segments.Length > _loosest.MaxSegments)
        {
            Faults.Add($"{io.Kind} {io.Extent} of {io.MemberCount} requests and {io.Segments.Length} segments is "
                + $"larger than {_loosest}.");
        }
    }

    // What was merged under earlier limits may still be on its way: the loosest so far count.
    private SchedulerOptions NextOptions()
    {
        SchedulerOptions options = RandomOptions.Make(_random);
        MergeOptions merge = options.Merge;
        _loosest = _loosest with
        {
            MaxBytes = Math.Max(_loosest.MaxBytes, merge.MaxBytes),
            MaxRequests = Math.Max(_loosest.MaxRequests, merge.MaxRequests),
            MaxSegments = Math.Max(_loosest.MaxSegments, merge.MaxSegments),
        };
        return options;
    }

    private void CompleteOne()
    {
        NoteSubmissions();
        BackendIo io = _backend.InFlight[_random.Next(_backend.InFlight.Count)];
        _submittedAt.Remove(io, out long submitted);
        (Errno error, long bytes) = Outcome(io);
        if (io.Kind == IoKind.Flush)
            Flushes.Add((submitted, error));
        if (_bug is PlantedBug.LostTail or PlantedBug.Misplaced
            && io.Kind == IoKind.Write && error.IsSuccess && io.MemberCount > 1)
            Plant(io);
        else
            _backend.Complete(io, error, bytes);
    }

    /// <summary>A server that comes for completions finds some.</summary>
    private void Visit()
    {
        _backend.OnWorkOff = () =>
        {
            for (int left = _random.Next(1, 5); left > 0 && _backend.InFlight.Count > 0; left--)
                CompleteOne();
        };
        _scheduler.WorkOffCompletions();
        _backend.OnWorkOff = null;
    }

    private void Plant(BackendIo io)
    {
        // A store that loses the end of a merged write, or writes it one byte too far, and calls it a success.
        long length = io.Extent.Length;
        if (_bug == PlantedBug.LostTail)
            _backend.CompleteFalsely(io, length - 1, shift: 0);
        else
            _backend.CompleteFalsely(io, length, shift: 1);
    }

    private (Errno Error, long Bytes) Outcome(BackendIo io)
    {
        Extent extent = io.Extent;
        if (io.Kind == IoKind.Flush)
            return (_random.Next(15) == 0 ? Errno.EIO : Errno.None, 0);
        if (!io.Kind.IsTransfer())
            return (Errno.None, 0);
        bool extends = io.Kind == IoKind.Write && extent.End > _backend.Size;
        foreach (Extent bad in _bad)
        {
            if (bad.Overlaps(extent))
                return (Errno.EIO, extends ? 0 : _random.NextInt64(Math.Max(0, bad.Offset - extent.Offset) + 1));
        }
        if (io.MemberCount > 1 && _random.Next(10) == 0)
            return (Errno.EIO, extends ? 0 : _random.NextInt64(extent.Length));
        if (_random.Next(6) == 0 && extent.Length > 1)
            return (Errno.None, 1 + _random.NextInt64(extent.Length - 1));
        return (Errno.None, extent.Length);
    }

    private void CancelOne()
    {
        if (Arrivals.Count == 0)
            return;
        Arrival arrival = Arrivals[_random.Next(Math.Max(0, Arrivals.Count - 20), Arrivals.Count)];
        _scheduler.Cancel(arrival.Request.Id);
        if (_random.Next(3) == 0)
            _scheduler.Cancel(arrival.Request.Id);
        if (_random.Next(5) == 0)
            _scheduler.Cancel(_nextId);
    }
}

/// <summary>A request of a history.</summary>
internal sealed class Arrival(ProbeRequest request)
{
    internal ProbeRequest Request { get; } = request;

    /// <summary>When it was submitted, in ticks of the history.</summary>
    internal long ArrivedAt { get; init; }

    /// <summary>When it was told, in ticks of the history.</summary>
    internal long CompletedAt { get; set; }
}
