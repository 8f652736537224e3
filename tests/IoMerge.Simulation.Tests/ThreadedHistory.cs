using System.Collections.Concurrent;
using IoMerge.Backends;
using IoMerge.Scheduler;

namespace IoMerge.Simulation.Tests;

/// <summary>
/// The elevator as it runs in earnest: four threads submit at once, three others complete, with real time between. What
/// must come of it is known in spite of that: each thread has a region of its own, and what all share carries versions.
/// </summary>
internal sealed class ThreadedHistory : IAsyncDisposable
{
    private const int Producers = 4;
    private const int RegionBytes = 2048;
    private const int SharedCount = 24;
    private const int StoreSize = Producers * RegionBytes + SharedCount * SharedBlocks.BlockBytes;

    private readonly ConcurrentQueue<string> _faults = [];
    private readonly SharedBlocks _shared = new(Producers * RegionBytes, SharedCount);
    private readonly RegionOracle[] _oracles = new RegionOracle[Producers];
    private readonly Producer[] _producers = new Producer[Producers];
    private readonly RestlessStore _store;
    private readonly IoScheduler _scheduler;

    internal ThreadedHistory(int seed, PlantedBug bug = PlantedBug.None)
    {
        var random = new Random(seed);
        List<Extent> bad = [];
        for (int i = random.Next(4); i > 0; i--)
            bad.Add(new Extent(random.Next(Producers * RegionBytes - 40), random.Next(1, 40)));
        var geometry = new BackendGeometry
        {
            BlockSize = random.Next(3) == 0 ? 64 : 1,
            CanZero = true,
            MaxSegments = random.Next(1, 40),
            MaxTransferBytes = random.Next(64, 2048),
            Boundary = random.Next(3) == 0 ? 512 : 0,
        };
        _store = new RestlessStore(StoreSize, geometry, bad, _shared, seed, bug);
        _scheduler = new IoScheduler(_store, RandomOptions.Make(random));
        _store.Visit = _scheduler.WorkOffCompletions;
        _scheduler.FaultOccurred += (what, exception) => _faults.Enqueue($"{what} {exception}");
        for (int number = 0; number < Producers; number++)
        {
            Extent region = new(number * RegionBytes, RegionBytes);
            _oracles[number] = new RegionOracle(region, bad);
            _producers[number] = new Producer(
                number, random.Next(), region, _oracles[number], _shared, _store, _scheduler);
        }
    }

    /// <summary>Runs to the end and returns everything that broke the contract.</summary>
    internal async Task<IReadOnlyList<string>> RunAsync(int rounds)
    {
        bool[] ended = await Task.WhenAll(_producers.Select(producer => Task.Factory.StartNew(
            () => producer.Run(rounds), CancellationToken.None, TaskCreationOptions.LongRunning,
            TaskScheduler.Default)));
        // The last caller is told a moment before the elevator has finished.
        if (ended.All(end => end))
            await _scheduler.DrainAsync();
        JudgeBooks(_scheduler.GetSnapshot());
        await _scheduler.DisposeAsync();
        if (_scheduler.Shutdown is not { IsClean: true })
            _faults.Enqueue($"The end was not clean: {_scheduler.Shutdown}.");
        foreach (RegionOracle oracle in _oracles)
            oracle.JudgeStore(_store.Bytes);
        _shared.JudgeStore(_store.Bytes);
        IEnumerable<string> found = _oracles.SelectMany(oracle => oracle.Findings);
        return [.. _faults, .. _store.Violations, .. found, .. _shared.Findings];
    }

    public async ValueTask DisposeAsync()
    {
        await _scheduler.DisposeAsync();
        // A store that was left alone may still write.
        if (_scheduler.Shutdown is { IsClean: true })
            _store.Free();
    }

    private void JudgeBooks(SchedulerSnapshot stats)
    {
        long sent = _producers.Sum(producer => producer.Submitted);
        if (stats.RequestsIn != sent || stats.RequestsCompleted != sent)
            _faults.Enqueue($"Books: {stats.RequestsIn} in, {stats.RequestsCompleted} told, {sent} sent.");
        if (stats.Queued != 0 || stats.InFlight != 0 || stats.Parked != 0)
            _faults.Enqueue($"Left: {stats.Queued} queued, {stats.InFlight} in flight, {stats.Parked} parked.");
        if (stats.ReadsIn == 0 || stats.WritesIn == 0 || stats.FlushesOut == 0 || _store.SharedVisits == 0)
            _faults.Enqueue("The history was empty: it proves nothing.");
    }
}
