using BenchmarkDotNet.Attributes;
using IoMerge.Backends;
using IoMerge.Traces;

namespace IoMerge.Benchmarks;

/// <summary>
/// What a recording costs a reader: nanoseconds and bytes per arrival, with the recorder's thread emptying the lane to
/// a file in the meantime. 3 % of a request at 100 000 requests per second would be 300 ns.
/// </summary>
[MemoryDiagnoser]
public class RecorderBenchmarks
{
    private const int Arrivals = 20_000;

    private string _path = "";
    private TraceRecorder _recorder = null!;
    private ArrivalLane _lane = null!;
    private long _expected;

    [GlobalSetup]
    public void Setup()
    {
        _path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".trace");
        Start();
        Record();
        Finish();
        Start();
    }

    [GlobalCleanup]
    public void Cleanup() => Finish();

    // The recorder's thread takes what there is, so that a lane never becomes full however fast this goes.
    [IterationSetup]
    public void Restart()
    {
        Finish();
        Start();
    }

    /// <summary>Arrivals as fast as they can be brought.</summary>
    [Benchmark(OperationsPerInvoke = Arrivals)]
    public void Record()
    {
        for (int i = 0; i < Arrivals; i++)
            _lane.Record(0, IoKind.Write, IoFlags.None, new Extent(i * 4096L, 4096), 17);
        _expected += Arrivals;
    }

    private void Start()
    {
        _recorder = TraceRecorder.Start(
            _path, [new TraceVolume("disk", 1L << 30)], TimeProvider.System, why => throw new IOException(why));
        _lane = _recorder.AddLane();
        _expected = 0;
    }

    private void Finish()
    {
        RecordingResult result = _recorder.StopAsync().GetAwaiter().GetResult();
        File.Delete(_path);
        if (result.Fault is not null || result.Arrivals != _expected)
            throw new InvalidOperationException($"{result.Arrivals} of {_expected} arrivals: {result.Fault}");
    }
}
