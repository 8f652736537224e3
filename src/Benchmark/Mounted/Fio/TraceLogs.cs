using IoMerge.Backends;
using IoMerge.Benchmark.Matrix.InProcess;
using IoMerge.Benchmark.Mounted.Stores;
using IoMerge.Benchmark.Results;
using IoMerge.Benchmark.Runs;
using IoMerge.Traces;

namespace IoMerge.Benchmark.Mounted.Fio;

/// <summary>
/// Traces of any format as fio replays them: one volume's worth of reads, writes and flushes without their times, each
/// placed inside the volume, from the beginning again at its end, because fio does not repeat a log itself. A log is
/// made when it is first asked for, and is the workspace's. Not thread-safe.
/// </summary>
/// <param name="workspace">Removes the logs in the end.</param>
/// <param name="parent">The folder they lie below.</param>
/// <param name="requests">Requests of a log; a round that has sent them all ends there.</param>
internal sealed class TraceLogs(Workspace workspace, string parent, int requests = TraceLogs.EnoughRequests)
{
    /// <summary>What a fast mount serves in some seconds.</summary>
    private const int EnoughRequests = 1_000_000;

    private const string Volume = "volume";

    private readonly Dictionary<(string Trace, long Bytes), string> _made = [];

    /// <summary>The log of a trace for volumes of a size.</summary>
    /// <exception cref="RunException">The volume is too small for a request of it.</exception>
    /// <exception cref="TraceFormatException">The trace is damaged; it was not when it was chosen.</exception>
    /// <exception cref="IOException">It cannot be read, or the log cannot be written.</exception>
    internal string LogOf(WorkloadSpec workload, long bytes)
    {
        string trace = workload.TraceFile!;
        if (_made.TryGetValue((trace, bytes), out string? made))
            return made;
        using var walk = new TraceWalk(trace, workload.BlockBytes, bytes, Environment.SystemPageSize);
        if (!walk.HasRoom)
        {
            throw new RunException(new LeftOut(workload.Name,
                $"A request of it has {workload.BlockBytes} bytes, and the volume {bytes}.",
                "Take a larger one, see --size."));
        }
        string log = Path.Combine(workspace.NewFolder(parent), "trace.iolog");
        Write(walk, log, bytes);
        _made.Add((trace, bytes), log);
        return log;
    }

    private void Write(TraceWalk walk, string log, long bytes)
    {
        var header = new TraceHeader(DateTimeOffset.UnixEpoch, [new TraceVolume(Volume, bytes)]);
        using var stream = new FileStream(log, FileMode.CreateNew, FileAccess.Write);
        using ITraceSink sink = TraceFiles.CreateSink(stream, TraceFormat.Iolog2, header);
        for (int i = 0; i < requests; i++)
        {
            (IoKind kind, Extent extent) = walk.Next();
            sink.Write(new TraceRecord(0, 0, kind, IoFlags.None, extent.Offset, extent.Length, 0));
        }
        sink.Complete();
    }
}
