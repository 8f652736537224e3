using IoMerge.Benchmark.Mounted.Programs;
using IoMerge.Benchmark.Mounted.Stores;

namespace IoMerge.Benchmark.Tests.Mounted;

/// <summary>What a killed run left is told from what a living one uses.</summary>
public sealed class LeftoversTests
{
    [Theory]
    [InlineData("iomerge-bench-100-5000.1", 5000L, false)]
    [InlineData("iomerge-bench-100-5000.1", null, true)]
    [InlineData("iomerge-bench-100-5000.1", 6000L, true)]
    [InlineData("iomerge-bench-100-5000", null, true)]
    [InlineData("iomerge-bench-100", null, false)]
    [InlineData("iomerge-bench-x-5000.1", null, false)]
    [InlineData("another-100-5000.1", null, false)]
    public void AName_OfAProcessThatIsGone_IsStale(string name, long? start, bool isStale) =>
        Assert.Equal(isStale, Workspace.IsStale(name, pid => pid == 100 ? start : null));

    [Fact]
    public void OwnName_OfThisProcess_IsNotStale()
    {
        Assert.StartsWith($"{Workspace.Prefix}{Environment.ProcessId}-", Workspace.OwnName, StringComparison.Ordinal);
        Assert.False(Workspace.IsStale(Workspace.NewName(), ProcessCpu.StartOf));
    }

    [Fact]
    public void MountsBelowAFolder_ComeInnermostFirst_AndNoOthers()
    {
        const string Mounts = """
            a /x/one fuse rw 0 0
            b /x/one/mnt fuse rw 0 0
            c /x/one/mnt/in\040side fuse rw 0 0
            d /x/onemore fuse rw 0 0
            """;

        Assert.Equal(["/x/one/mnt/in side", "/x/one/mnt"], Leftovers.MountsBelow(Mounts, "/x/one"));
    }

    [Theory]
    [InlineData("S", 777L)]
    [InlineData("R", 777L)]
    [InlineData("Z", null)]
    public void Start_OfAProcessThatWaitsForItsParentOnly_IsNone(string state, long? start) => Assert.Equal(
        start, ProcessCpu.StartIn($"123 (a) {state} 1 2 3 4 5 6 7 8 9 10 150 25 0 0 20 0 5 0 777 1 2"));

    [Fact]
    public void CpuTime_OfAProcessWithAnyName_IsRead() => Assert.Equal(1.75, ProcessCpu.Parse(
        "123 (a) b (c)) S 1 2 3 4 5 6 7 8 9 10 150 25 0 0 20 0 5 0 777 1 2"));
}
