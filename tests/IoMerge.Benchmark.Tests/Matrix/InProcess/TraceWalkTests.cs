using IoMerge.Backends;
using IoMerge.Benchmark.Matrix.InProcess;
using IoMerge.Benchmark.Matrix.Workloads;
using IoMerge.Benchmark.Runs;
using IoMerge.Testing.Processes;

namespace IoMerge.Benchmark.Tests.Matrix.InProcess;

/// <summary>A trace as a client, and as a workload.</summary>
public sealed class TraceWalkTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Requests_ComeInOrder_AndAgainAtTheEnd_WithinTheStore()
    {
        string path = Write("/d write 0 4096", "/d read 8192 4096", "/d sync 0 0", "/d read 1073741824 8192");
        using var walk = new TraceWalk(path, 8192, 1 << 20, 512);

        (IoKind Kind, Extent Extent)[] seen = [.. Enumerable.Range(0, 5).Select(_ => walk.Next())];

        Assert.Equal([IoKind.Write, IoKind.Read, IoKind.Flush, IoKind.Read, IoKind.Write], seen.Select(s => s.Kind));
        Assert.Equal(new Extent(8192, 4096), seen[1].Extent);
        Assert.InRange(seen[3].Extent.End, 8192, 1 << 20);
        Assert.Equal(seen[0], seen[4]);
    }

    [Fact]
    public void Workload_KnowsTheTracesLongestRequestAndItsMix()
    {
        WorkloadSpec spec = FileWorkload.OfTrace(Write("/d write 0 4096", "/d read 0 65536", "/d read 0 512"));

        Assert.Equal(("trace.log", 65536, 66), (spec.Name, spec.BlockBytes, spec.ReadPercent));
    }

    [Fact]
    public void TraceWithoutTransfers_IsRefused() =>
        Assert.Throws<FormatException>(() => FileWorkload.OfTrace(Write("/d sync 0 0")));

    private string Write(params string[] lines)
    {
        string path = _folder.File("trace.log");
        File.WriteAllText(
            path, $"fio version 2 iolog\n/d add\n/d open\n{string.Join('\n', lines)}\n/d close\n");
        return path;
    }
}
