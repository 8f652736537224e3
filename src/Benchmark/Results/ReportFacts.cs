namespace IoMerge.Benchmark.Results;

/// <summary>The machine of a run.</summary>
/// <param name="Processor">Model of the processor.</param>
/// <param name="Cores">Cores the process may use.</param>
/// <param name="MemoryBytes">Memory in bytes.</param>
/// <param name="Kernel">Name and release of the kernel.</param>
/// <param name="Runtime">Version of .NET.</param>
/// <param name="Version">Version of iomerge, with the commit where it is known: <c>0.1.0+abcdef123456</c>.</param>
/// <param name="Tools">Versions of other programs that took part, such as fio.</param>
public sealed record MachineFacts(
    string Processor, int Cores, long MemoryBytes, string Kernel, string Runtime, string Version,
    IReadOnlyList<string> Tools);

/// <summary>What stands in a column.</summary>
public enum StrategyKind
{
    /// <summary>A setting of IoMerge.</summary>
    Strategy,

    /// <summary>The store itself, without any server in between.</summary>
    Raw,

    /// <summary>Another server over the same store.</summary>
    Peer,

    /// <summary>A server that does as little as possible: the most that can be reached.</summary>
    Ceiling,
}

/// <summary>A column: a setting of IoMerge, or something it is compared with.</summary>
/// <param name="Name">Short and unique, such as <c>Deadline/All/hold</c>.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Description">A sentence.</param>
/// <param name="Settings">Configuration keys and values that make it; empty unless it is a strategy.</param>
public sealed record StrategyFacts(
    string Name, StrategyKind Kind, string Description, IReadOnlyDictionary<string, string> Settings);

/// <summary>A row: what the clients do.</summary>
/// <param name="Name">Short and unique, such as <c>randread-4k-qd32</c>.</param>
/// <param name="Description">A sentence.</param>
public sealed record WorkloadFacts(string Name, string Description);

/// <summary>Where the bytes are.</summary>
/// <param name="Name">Short and unique, such as <c>loop-1000iops</c>.</param>
/// <param name="Description">A sentence.</param>
public sealed record StoreFacts(string Name, string Description);

/// <summary>Something that could not be run.</summary>
/// <param name="What">Which rows or columns.</param>
/// <param name="Why">The cause.</param>
/// <param name="WayOut">What to do about it.</param>
public sealed record LeftOut(string What, string Why, string WayOut);

/// <summary>The winner for one workload on one store.</summary>
/// <param name="Workload">Name of the workload.</param>
/// <param name="Store">Name of the store.</param>
/// <param name="Strategy">Name of the strategy that won.</param>
/// <param name="Reasons">Why, in sentences with figures.</param>
/// <param name="Settings">The fragment for <c>appsettings.json</c>.</param>
public sealed record Recommendation(
    string Workload, string Store, string Strategy, IReadOnlyList<string> Reasons, string Settings);

/// <summary>A figure published elsewhere.</summary>
/// <param name="Workload">Name of the workload it stands beside.</param>
/// <param name="Strategy">Name of the strategy it stands beside.</param>
/// <param name="BytesPerSecond">The figure.</param>
/// <param name="Source">Who published it, and when.</param>
public sealed record ReferenceFigure(string Workload, string Strategy, double BytesPerSecond, string Source);
