using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Engines;
using IoMerge.Scheduler;

namespace IoMerge.Benchmarks;

/// <summary>
/// Several threads post plugs of 32 to one elevator at the same time; nanoseconds per request over all.
/// </summary>
[MemoryDiagnoser]
[SimpleJob(RunStrategy.Monitoring, launchCount: 1, warmupCount: 3, iterationCount: 10)]
public class ProducerBenchmarks
{
    private const int Plug = 32;
    private const int PlugsPerProducer = 20_000;
    private const int Length = 4096;
    private IoScheduler _scheduler = null!;
    private IoRequest[][] _plugs = [];
    private CountingRequest[][] _requests = [];

    /// <summary>Threads that post.</summary>
    [Params(1, 2, 4, 8)]
    public int Producers { get; set; }

    [GlobalCleanup]
    public async Task Cleanup() => await _scheduler.DisposeAsync();

    [GlobalSetup]
    public void Setup()
    {
        _scheduler = new IoScheduler(new InlineStore(), new SchedulerOptions());
        _requests = new CountingRequest[Producers][];
        _plugs = new IoRequest[Producers][];
        for (int p = 0; p < Producers; p++)
        {
            _requests[p] = new CountingRequest[Plug];
            for (int i = 0; i < Plug; i++)
            {
                _requests[p][i] = new CountingRequest();
                _requests[p][i].Write((p * 1000L + i) * Length, Length, 4096 + i * Length);
            }
            _plugs[p] = [.. _requests[p]];
        }
        for (int p = 0; p < Producers; p++)
            _scheduler.Submit(_plugs[p]);
        if (_requests.SelectMany(plug => plug).Any(request => request.Completions != 1))
            throw new InvalidOperationException("Not every request was told, once.");
    }

    /// <summary>Every producer posts its plugs, each after the one before was told.</summary>
    [Benchmark(OperationsPerInvoke = Plug * PlugsPerProducer)]
    public void PostFromAll()
    {
        Thread[] threads = [.. Enumerable.Range(0, Producers).Select(p => new Thread(() => Produce(p)))];
        foreach (Thread thread in threads)
            thread.Start();
        foreach (Thread thread in threads)
            thread.Join();
    }

    private void Produce(int producer)
    {
        CountingRequest[] requests = _requests[producer];
        for (int n = PlugsPerProducer / Producers; n > 0; n--)
        {
            int before = requests[^1].Completions;
            _scheduler.Submit(_plugs[producer]);
            var spin = default(SpinWait);
            foreach (CountingRequest request in requests)
            {
                while (request.Completions == before)
                    spin.SpinOnce();
            }
        }
    }
}
