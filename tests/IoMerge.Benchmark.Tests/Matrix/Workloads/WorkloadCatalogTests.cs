using IoMerge.Benchmark.Matrix.Workloads;
using IoMerge.Benchmark.Runs;

namespace IoMerge.Benchmark.Tests.Matrix.Workloads;

/// <summary>Which workloads are run when none, or a pattern, is named.</summary>
public sealed class WorkloadCatalogTests
{
    [Fact]
    public void DefaultSet_HasEveryPattern_AndTheQuickOneIsPartOfIt()
    {
        Assert.Equal(
            Enum.GetValues<AccessPattern>().Order(), WorkloadCatalog.Default.Select(w => w.Pattern).Distinct().Order());
        Assert.Contains(WorkloadCatalog.Default, workload => workload.FlushEvery > 0);
        HashSet<string> all = [.. WorkloadCatalog.Default.Select(w => w.Name)];
        Assert.Subset(all, WorkloadCatalog.Quick.Select(w => w.Name).ToHashSet());
    }

    [Fact]
    public void Pattern_FindsWhatMatches_AndNothingElse()
    {
        string[] names = [.. WorkloadCatalog.Select(["rand*-4k-qd?"]).Select(workload => workload.Name)];

        Assert.Equal(8, names.Length);
        Assert.All(names, name => Assert.Matches("^rand(read|write)-4k-qd[0-9]$", name));
    }

    [Fact]
    public void NamesAndPatterns_GiveEachWorkloadOnce() =>
        Assert.Single(WorkloadCatalog.Select(["seqread", "seqread-4k-qd32", "seqread-4k-qd32*"]));

    [Fact]
    public void PatternWithoutAMatch_IsRefused() =>
        Assert.Contains("--list", Assert.Throws<FormatException>(() => WorkloadCatalog.Select(["x*"])).Message,
            StringComparison.Ordinal);
}
