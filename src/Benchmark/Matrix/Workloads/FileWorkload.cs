using IoMerge.Backends;
using IoMerge.Benchmark.Runs;
using IoMerge.Traces;

namespace IoMerge.Benchmark.Matrix.Workloads;

/// <summary>Workloads that are files: recorded traces, and job files of fio.</summary>
public static class FileWorkload
{
    // As many as a program with much to do keeps outstanding; the trace does not say what its callers waited for.
    private const int TraceDepth = 128;
    private const int LargestRequest = 64 << 20;

    /// <summary>
    /// Makes a workload of a trace, which is read whole: a damaged one is refused here, before anything is measured.
    /// </summary>
    /// <exception cref="FormatException">It cannot be used; the message says where and why.</exception>
    public static WorkloadSpec OfTrace(string path)
    {
        long transfers = 0, reads = 0, largest = 0;
        try
        {
            using ITraceSource source = TraceFiles.Open(path);
            while (source.TryRead(out TraceRecord record))
            {
                if (!record.Kind.IsTransfer() || record.Length == 0)
                    continue;
                transfers++;
                reads += record.Kind == IoKind.Read ? 1 : 0;
                largest = Math.Max(largest, record.Length);
            }
        }
        catch (Exception exception)
            when (exception is TraceFormatException or IOException or UnauthorizedAccessException)
        {
            throw new FormatException($"The trace {path} cannot be used: {exception.Message}", exception);
        }
        if (transfers == 0 || largest > LargestRequest)
            throw new FormatException($"The trace {path} cannot be used: "
                + (transfers == 0 ? "nothing in it reads or writes." : $"a request has {largest} bytes, over 64 MiB."));
        return new WorkloadSpec
        {
            Name = Path.GetFileName(path),
            Description = $"The trace {path}, {transfers} requests, {TraceDepth} outstanding.",
            ReadPercent = reads == transfers ? 100 : (int)Math.Min(99, 100 * reads / transfers),
            BlockBytes = (int)largest,
            Depth = TraceDepth,
            TraceFile = Path.GetFullPath(path),
        };
    }

    /// <summary>Makes a workload of a job file.</summary>
    /// <exception cref="FormatException">There is no such file.</exception>
    public static WorkloadSpec OfFioJob(string path) => File.Exists(path)
        ? new WorkloadSpec
        {
            Name = Path.GetFileName(path), Description = $"The jobs of {path}.", FioJobFile = Path.GetFullPath(path),
        }
        : throw new FormatException($"There is no job file {path}.");
}
