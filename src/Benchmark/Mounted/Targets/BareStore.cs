using IoMerge.Benchmark.Mounted.Stores;
using IoMerge.Benchmark.Optimum;
using IoMerge.Scheduler;

namespace IoMerge.Benchmark.Mounted.Targets;

/// <summary>The store itself, with nobody in between.</summary>
internal sealed class BareStore(PreparedStore store) : IServer
{
    public string File => store.Path ?? store.Name.Text;

    public CephImageName? Image => store.Image;

    public long Bytes => store.Bytes;

    public double? CpuSeconds => null;

    public string? ClientGroup => store.Throttle?.ProcessesFile;

    public OptimumLimits? Limits => null;

    public Task<SchedulerSnapshot?> LookAsync(CancellationToken stop) => Task.FromResult<SchedulerSnapshot?>(null);

    public ValueTask DisposeAsync()
    {
        store.Dispose();
        return ValueTask.CompletedTask;
    }
}
