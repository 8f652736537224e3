using IoMerge.Backends;
using IoMerge.Scheduler;
using IoMerge.Testing;

namespace IoMerge.Simulation.Tests;

/// <summary>
/// One thread that submits: plugs of overlapping and neighbouring requests to its own region and to the shared blocks,
/// cancels, flushes and policy switches. After each round it waits for all of its requests and has them judged.
/// </summary>
internal sealed class Producer(
    int number, int seed, Extent region, RegionOracle oracle, SharedBlocks shared, RestlessStore store,
    IoScheduler scheduler)
{
    private const int RequestsPerRound = 40;
    private static readonly TimeSpan Hang = TimeSpan.FromMinutes(1);

    private readonly object _gate = new();
    private readonly Random _random = new(seed);
    private readonly List<ProbeRequest> _arrivals = [];
    private ulong _nextId = ((ulong)number << 32) + 1;
    private int _untold;

    /// <summary>How many requests were submitted.</summary>
    internal long Submitted { get; private set; }

    /// <summary>Runs so many rounds.</summary>
    /// <returns>False when it ended early because something was never told.</returns>
    internal bool Run(int rounds)
    {
        for (int round = 0; round < rounds; round++)
        {
            while (_arrivals.Count < RequestsPerRound)
                Step();
            if (!WaitForAll())
            {
                // They are not disposed of: the scheduler may still use their memory.
                oracle.Findings.Add($"Thread {number}: {_untold} requests of round {round} were never told.");
                return false;
            }
            foreach (ProbeRequest request in _arrivals)
            {
                oracle.Judge(request);
                request.Dispose();
            }
            _arrivals.Clear();
        }
        return true;
    }

    private void Step()
    {
        Submit(_random.Next(1, 9));
        if (_random.Next(4) == 0)
            Cancel();
        if (_random.Next(40) == 0)
        {
            SchedulerOptions options = RandomOptions.Make(_random);
            // These holds are real: they may not take longer than the operations.
            scheduler.Reconfigure(options with { Hold = options.Hold with { MaxUs = _random.Next(100) } });
        }
    }

    private void Submit(int count)
    {
        var plug = new IoRequest[count];
        lock (_gate)
            _untold += count;
        Submitted += count;
        lock (shared.ArrivalLock)
        {
            for (int i = 0; i < count; i++)
            {
                ProbeRequest request = NextRequest();
                _arrivals.Add(request);
                plug[i] = request;
            }
            scheduler.Submit(plug);
        }
    }

    private ProbeRequest NextRequest()
    {
        ulong id = _nextId++;
        int length = _random.Next(10) == 0 ? 0 : _random.Next(1, 130);
        long offset = region.Offset + _random.NextInt64(region.Length - length);
        var flags = (IoFlags)(_random.Next(6) == 0 ? _random.Next(1, 3) : 0);
        switch (_random.Next(20))
        {
            case < 7:
                return ProbeRequest.Read(offset, length, _random.Next(2) == 0, id, Told);
            case < 13:
                var bytes = new byte[length];
                _random.NextBytes(bytes);
                return ProbeRequest.Write(offset, bytes, flags, id, Told);
            case 13:
                return ProbeRequest.Of(IoKind.Zero, offset, length, id, Told);
            case < 16:
                return shared.Read(_random, id, Told);
            case < 19:
                return shared.Write(_random, flags, id, Told);
            default:
                return shared.Flush(store, id, Told);
        }
    }

    /// <summary>Takes back what arrived lately, what arrived long ago, or what comes next.</summary>
    private void Cancel()
    {
        ulong age = (ulong)_random.Next(-1, Math.Min(20, _arrivals.Count)) + 1;
        scheduler.Cancel(_nextId - age);
    }

    private void Told(ProbeRequest request)
    {
        lock (_gate)
        {
            _untold--;
            Monitor.Pulse(_gate);
        }
    }

    private bool WaitForAll()
    {
        lock (_gate)
        {
            while (_untold > 0)
            {
                if (!Monitor.Wait(_gate, Hang))
                    return false;
            }
            return true;
        }
    }
}
