using IoMerge.Benchmark.Mounted.Stores;
using IoMerge.Benchmark.Optimum;
using IoMerge.Scheduler;

namespace IoMerge.Benchmark.Mounted.Targets;

/// <summary>Something that is up and shows a file to drive. Disposing stops it.</summary>
internal interface IServer : IAsyncDisposable
{
    /// <summary>The file or device that the clients use.</summary>
    string File { get; }

    /// <summary>The image that the clients use instead of a file; null for a file.</summary>
    CephImageName? Image => null;

    /// <summary>Bytes of it that are used.</summary>
    long Bytes { get; }

    /// <summary>The processes that serve; empty where there is no server.</summary>
    IReadOnlyList<int> Processes => [];

    /// <summary>Processor time of the server so far, in seconds; null where there is no server.</summary>
    double? CpuSeconds { get; }

    /// <summary>The group that the clients belong to; null for none.</summary>
    string? ClientGroup { get; }

    /// <summary>What limits its operations; null for what is not IoMerge.</summary>
    OptimumLimits? Limits { get; }

    /// <summary>The scheduler's books at this moment; null for what is not IoMerge.</summary>
    /// <exception cref="IOException">The server does not answer any more.</exception>
    Task<SchedulerSnapshot?> LookAsync(CancellationToken stop);
}
