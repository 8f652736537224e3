using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Engines;
using IoMerge.Scheduler;

namespace IoMerge.Benchmarks;

/// <summary>
/// How the cost of a request grows with the number that is queued: so many scattered requests wait behind one operation
/// that is kept, then all are dispatched one by one.
/// </summary>
[MemoryDiagnoser]
[SimpleJob(RunStrategy.Monitoring, launchCount: 1, warmupCount: 3, iterationCount: 5)]
public class QueueDepthBenchmarks
{
    private const int Length = 512;
    private const int Total = 1_000_000;
    private CountingRequest[] _requests = [];
    private CountingRequest _stall = null!;
    private HoldingStore _store = null!;
    private IoScheduler _scheduler = null!;

    /// <summary>Requests in the queue.</summary>
    [Params(1, 32, 1_000, 32_000, 1_000_000)]
    public int Queued { get; set; }

    [GlobalCleanup]
    public async Task Cleanup() => await _scheduler.DisposeAsync();

    [GlobalSetup]
    public void Setup()
    {
        _store = new HoldingStore();
        _scheduler = new IoScheduler(_store, new SchedulerOptions
        {
            Depth = 1,
            QueueMaxRequests = 1 << 20,
            QueueMaxBytes = 1L << 40,
        });
        var random = new Random(1);
        _requests = new CountingRequest[Queued];
        // Every second block, in random order: no two are adjacent, so each is dispatched by itself.
        int[] blocks = [.. Enumerable.Range(0, Queued)];
        random.Shuffle(blocks);
        for (int i = 0; i < Queued; i++)
        {
            var request = new CountingRequest();
            request.Write((2L * blocks[i] + 2) * Length, Length, 4096);
            _requests[i] = request;
        }
        _stall = new CountingRequest();
        _stall.Write(0, Length, 4096);
        FillAndDrainOnce();
        if (_requests.Any(request => request.Completions != 1) || _scheduler.GetSnapshot().WritesOut != Queued + 1)
            throw new InvalidOperationException("Not every request was carried by itself, and told once.");
    }

    /// <summary>
    /// Queues all and drains, over and over: a million requests in all, however many are queued at a time.
    /// </summary>
    [Benchmark(OperationsPerInvoke = Total)]
    public void FillAndDrain()
    {
        for (int done = 0; done < Total; done += Queued)
            FillAndDrainOnce();
        if (_scheduler.GetSnapshot().Queued != 0)
            throw new InvalidOperationException("The queue was not drained.");
    }

    private void FillAndDrainOnce()
    {
        _store.IsOpen = false;
        _scheduler.Submit(_stall);
        _scheduler.Submit(ReadOnlySpan<IoRequest>.CastUp<CountingRequest>(_requests));
        _store.Open();
    }
}
