using BenchmarkDotNet.Attributes;
using IoMerge.Scheduler;

namespace IoMerge.Benchmarks;

/// <summary>
/// The elevator alone: nanoseconds and bytes per request when a plug of 32 arrives, is merged, dispatched and told.
/// Baseline: the same with merging off.
/// </summary>
[MemoryDiagnoser]
public class ElevatorBenchmarks
{
    private const int Plug = 32;
    private const int Length = 4096;
    private readonly CountingRequest[] _requests = new CountingRequest[Plug];
    private readonly IoRequest[] _plug = new IoRequest[Plug];
    private IoScheduler _scheduler = null!;

    /// <summary>How the 32 lie: one after the other, backwards, or scattered.</summary>
    [Params("sequential", "reverse", "random")]
    public string Order { get; set; } = "sequential";

    /// <summary>Who chooses.</summary>
    [Params("Fifo", "Scan", "Deadline")]
    public string Policy { get; set; } = "Deadline";

    [GlobalCleanup]
    public async Task Cleanup() => await _scheduler.DisposeAsync();

    [GlobalSetup]
    public void Setup()
    {
        _scheduler = new IoScheduler(new InlineStore(), new SchedulerOptions { Policy = Policy });
        var random = new Random(1);
        for (int i = 0; i < Plug; i++)
        {
            long block = Order switch { "sequential" => i, "reverse" => Plug - 1 - i, _ => random.Next(1 << 20) };
            _plug[i] = _requests[i] = new CountingRequest();
            _requests[i].Write(block * Length, Length, 4096 + (nint)(block * Length));
        }
        Submit();
        if (_requests.Any(r => r.Completions != 1))
            throw new InvalidOperationException("Not every request was told.");
        long expected = Order == "random" ? Plug : 1;
        if (_scheduler.GetSnapshot().WritesOut != expected)
            throw new InvalidOperationException($"{Order}: merging is not what is measured here.");
    }

    /// <summary>One plug of 32.</summary>
    [Benchmark(OperationsPerInvoke = Plug)]
    public void Submit() => _scheduler.Submit(_plug);
}
