using IoMerge.Backends;
using IoMerge.Benchmark.Matrix.Workloads;
using IoMerge.Benchmark.Mounted.Fio;
using IoMerge.Benchmark.Mounted.Stores;
using IoMerge.Benchmark.Runs;
using IoMerge.Testing.Processes;
using IoMerge.Traces;

namespace IoMerge.Benchmark.Tests.Mounted;

/// <summary>Traces of any format become what fio can replay against a volume.</summary>
public sealed class TraceLogsTests : IDisposable
{
    private const long Bytes = 1 << 20;

    private readonly TemporaryFolder _folder = new();
    private readonly Workspace _workspace = new();

    public void Dispose()
    {
        _workspace.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("time_us,op,volume,offset,length\n0,W,d,0,4096\n900000,R,d,1073741824,8192\n")]
    [InlineData("fio version 2 iolog\n/d add\n/d open\n/d write 0 4096\n/d wait 900 0\n/d read 1073741824 8192\n")]
    public void ATraceOfAnyFormat_BecomesALogWithinTheVolume_WithoutPauses_AsLongAsIsEnough(string text)
    {
        string log = LogOf(text, requests: 5);

        Assert.StartsWith("fio version 2 iolog\n", File.ReadAllText(log), StringComparison.Ordinal);
        Assert.DoesNotContain("wait", File.ReadAllText(log), StringComparison.Ordinal);
        TraceRecord[] records = [.. Read(log)];
        Assert.Equal(
            [IoKind.Write, IoKind.Read, IoKind.Write, IoKind.Read, IoKind.Write], records.Select(r => r.Kind));
        Assert.All(records, record => Assert.InRange(record.Extent.End, 4096, Bytes));
        Assert.Equal([4096, 8192, 4096, 8192, 4096], records.Select(record => record.Length));
    }

    [Fact]
    public void TheLogOfATrace_IsMadeOnceForVolumesOfASize_AndGoesWithTheWorkspace()
    {
        WorkloadSpec workload = Workload("time_us,op,volume,offset,length\n0,W,d,0,4096\n");
        var logs = new TraceLogs(_workspace, _folder.Path, requests: 3);

        string first = logs.LogOf(workload, Bytes), again = logs.LogOf(workload, Bytes);
        string other = logs.LogOf(workload, 2 * Bytes);
        _workspace.Dispose();

        Assert.Equal(first, again);
        Assert.NotEqual(first, other);
        Assert.False(File.Exists(first) || File.Exists(other));
    }

    [Fact]
    public void ARequestThatIsLargerThanTheVolume_IsRefused_WithTheWayOut()
    {
        RunException refusal = Assert.Throws<RunException>(
            () => LogOf("time_us,op,volume,offset,length\n0,R,d,0,2097152\n", requests: 1));

        Assert.Contains("--size", refusal.LeftOut.WayOut, StringComparison.Ordinal);
    }

    private string LogOf(string text, int requests) =>
        new TraceLogs(_workspace, _folder.Path, requests).LogOf(Workload(text), Bytes);

    private WorkloadSpec Workload(string text)
    {
        string path = _folder.File("some.trace");
        File.WriteAllText(path, text);
        return FileWorkload.OfTrace(path);
    }

    private static IEnumerable<TraceRecord> Read(string path)
    {
        using ITraceSource trace = TraceFiles.Open(path);
        while (trace.TryRead(out TraceRecord record))
            yield return record;
    }
}
