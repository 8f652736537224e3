using IoMerge.Backends;
using IoMerge.Benchmark.Mounted.Targets;
using IoMerge.Benchmark.Optimum;
using IoMerge.Testing.Processes;
using IoMerge.Traces;

namespace IoMerge.Benchmark.Tests.Mounted;

/// <summary>What a recording of a mount says about the fewest operations.</summary>
public sealed class RecordedLookTests : IDisposable
{
    private static readonly OptimumLimits s_limits = new() { MaxBytes = 1 << 20, MaxRequests = 256 };

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void OnlyTheArrivalsOfTheLook_OnItsVolume_Count()
    {
        // Two far apart before the look, four neighbours within it, one far away behind it, and another volume's.
        string record = Record(
            (0, 0), (0, 1 << 20), (1, 5 << 20), (0, 4 << 20), (0, (4 << 20) + 4096), (1, 7 << 20),
            (0, (4 << 20) + 8192), (0, (4 << 20) + 12288), (0, 9 << 20));

        Assert.Equal(1, RecordedLook.CountOptimum(record, "v0", before: 2, count: 4, s_limits));
        Assert.Equal(3, RecordedLook.CountOptimum(record, "v0", before: 0, count: 6, s_limits));
        Assert.Equal(2, RecordedLook.CountOptimum(record, "v0", before: 5, count: 2, s_limits));
    }

    [Fact]
    public void ARecordingThatIsNotWhole_IsAnError_AlsoBehindTheLook()
    {
        string record = Record((0, 0), (0, 4096), (0, 1 << 20));
        byte[] bytes = File.ReadAllBytes(record);
        File.WriteAllBytes(record, bytes[..^8]);

        Assert.Throws<TraceFormatException>(() => RecordedLook.CountOptimum(record, "v0", 0, 1, s_limits));
    }

    private string Record(params (int Volume, long Offset)[] reads)
    {
        string path = _folder.File("look.trace");
        var header = new TraceHeader(DateTimeOffset.UnixEpoch, [new TraceVolume("v0", 0), new TraceVolume("v1", 0)]);
        using ITraceSink sink = TraceFiles.CreateSink(File.Create(path), TraceFormat.Binary, header);
        foreach ((int volume, long offset) in reads)
            sink.Write(new TraceRecord(0, volume, IoKind.Read, IoFlags.None, offset, 4096, 1));
        sink.Complete();
        return path;
    }
}
