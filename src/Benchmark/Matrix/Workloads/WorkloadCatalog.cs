using System.IO.Enumeration;
using IoMerge.Benchmark.Runs;

namespace IoMerge.Benchmark.Matrix.Workloads;

/// <summary>
/// The workloads that are run when none is named, and those that a pattern chooses from. Any other can be named in
/// full.
/// </summary>
public static class WorkloadCatalog
{
    private static readonly string[] s_quick =
        ["seqread-4k-qd32", "seqwrite-4k-qd32", "randread-4k-qd32", "streams8-read-4k-qd4", "randmix70-4k-qd32"];

    private static readonly string[] s_default =
    [
        "seqread-4k-qd32", "seqwrite-4k-qd32", "randread-4k-qd32", "randwrite-4k-qd32", "seqread-4k-qd1",
        "seqread-128k-qd8", "seqread-1m-qd4", "seqwrite-1m-qd4", "streams8-read-4k-qd4", "streams8-write-4k-qd4",
        "stridedread-4k-qd32-stride8k", "reverseread-4k-qd32", "randmix70-4k-qd32", "randwrite-4k-qd8-fsync16",
        "hotmix70-4k-qd32-hot256k",
    ];

    private static readonly string[] s_accesses = ["seqread", "seqwrite", "randread", "randwrite"];
    private static readonly string[] s_sizes = ["4k", "8k", "16k", "32k", "64k", "128k", "256k", "512k", "1m", "2m"];
    private static readonly int[] s_depths = [1, 2, 4, 8, 16, 32, 64, 128];

    /// <summary>What is run when nothing is named.</summary>
    public static IReadOnlyList<WorkloadSpec> Default { get; } = [.. s_default.Select(WorkloadName.Parse)];

    /// <summary>The same for a quick look.</summary>
    public static IReadOnlyList<WorkloadSpec> Quick { get; } = [.. s_quick.Select(WorkloadName.Parse)];

    /// <summary>
    /// What patterns choose from: orders, directions, sizes and depths, then the default set's others.
    /// </summary>
    public static IEnumerable<WorkloadSpec> All => s_default
        .Concat(
            from access in s_accesses
            from size in s_sizes
            from depth in s_depths
            select $"{access}-{size}-qd{depth}")
        .Distinct().Select(WorkloadName.Parse);

    /// <summary>Finds the workloads that names and patterns (<c>*</c> and <c>?</c>) mean, each once.</summary>
    /// <exception cref="FormatException">A name is none, or nothing matches a pattern.</exception>
    public static IReadOnlyList<WorkloadSpec> Select(IEnumerable<string> namesAndPatterns)
    {
        ArgumentNullException.ThrowIfNull(namesAndPatterns);
        return [.. namesAndPatterns.SelectMany(Find).DistinctBy(workload => workload.Name)];
    }

    private static IEnumerable<WorkloadSpec> Find(string text)
    {
        if (!text.Contains('*', StringComparison.Ordinal) && !text.Contains('?', StringComparison.Ordinal))
            return [WorkloadName.Parse(text)];
        WorkloadSpec[] found = [.. All.Where(
            workload => FileSystemName.MatchesSimpleExpression(text, workload.Name, ignoreCase: true))];
        return found.Length > 0 ? found : throw new FormatException(
            $"No workload matches \"{text}\"; iomerge bench --list shows those that patterns choose from.");
    }
}
