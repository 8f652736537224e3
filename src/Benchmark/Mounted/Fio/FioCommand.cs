using System.Globalization;
using IoMerge.Benchmark.Mounted.Stores;
using IoMerge.Benchmark.Runs;

namespace IoMerge.Benchmark.Mounted.Fio;

/// <summary>Makes fio's command line of a workload. A pure decision; it starts nothing.</summary>
internal static class FioCommand
{
    /// <summary>Where the requests go and for how long.</summary>
    /// <param name="File">The file or device.</param>
    /// <param name="Bytes">How much of it is used, from its beginning.</param>
    /// <param name="Duration">For how long.</param>
    /// <param name="Image">The image of a Ceph cluster that fio reaches itself, instead of a file.</param>
    public sealed record Place(string File, long Bytes, TimeSpan Duration, CephImageName? Image = null)
    {
        /// <summary>fio's arguments that say what to use, and by which engine.</summary>
        public IReadOnlyList<string> Engine => Image?.Engine
            ?? [$"--filename={Escape(File)}", "--ioengine=libaio", "--direct=1", "--allow_file_create=0"];
    }

    /// <summary>fio's arguments for a workload that is described by its pattern.</summary>
    public static IReadOnlyList<string> Of(WorkloadSpec workload, Place place)
    {
        List<string> arguments =
        [
            "--output-format=json+", "--group_reporting=0", "--lat_percentiles=1", "--clat_percentiles=0",
            "--name=stream", .. place.Engine, "--norandommap",
            "--randrepeat=0", "--continue_on_error=io", "--time_based",
            Invariant($"--runtime={Milliseconds(place.Duration)}ms"), $"--rw={Direction(workload)}",
            Invariant($"--bs={workload.BlockBytes}"), Invariant($"--iodepth={workload.Depth}"),
            Invariant($"--numjobs={workload.Streams}"),
        ];
        if (workload.ReadPercent is > 0 and < 100)
            arguments.Add(Invariant($"--rwmixread={workload.ReadPercent}"));
        if (workload.FlushEvery > 0)
            arguments.Add(Invariant($"--fsync={workload.FlushEvery}"));
        arguments.AddRange(Range(workload, place.Bytes));
        return arguments;
    }

    /// <summary>fio's arguments for a log of <see cref="TraceLogs"/>, as fast as the target answers.</summary>
    public static IReadOnlyList<string> OfLog(string log, Place place) =>
    [
        "--output-format=json+", "--group_reporting=0", "--lat_percentiles=1", "--clat_percentiles=0",
        "--name=trace", "--ioengine=libaio", "--direct=1", "--iodepth=128", "--continue_on_error=io",
        Invariant($"--runtime={Milliseconds(place.Duration)}ms"),
        $"--read_iolog={Escape(log)}", "--read_iolog_chunked=1", $"--replay_redirect={Escape(place.File)}",
    ];

    /// <summary>fio's arguments for a job file; see <see cref="FioJobFile"/>.</summary>
    public static IReadOnlyList<string> OfJobs(string jobFile) =>
        ["--output-format=json+", "--group_reporting=0", "--lat_percentiles=1", "--clat_percentiles=0", jobFile];

    private static string Direction(WorkloadSpec workload)
    {
        bool isRandom = workload.Pattern is AccessPattern.Random or AccessPattern.HotOverlap;
        string direction = workload.ReadPercent switch
        {
            >= 100 => "read",
            <= 0 => "write",
            _ => "rw",
        };
        // What stands behind the colon is added to the end of one request to find the start of the next.
        return workload.Pattern switch
        {
            AccessPattern.Strided => Invariant($"{direction}:{workload.StrideBytes - workload.BlockBytes}"),
            AccessPattern.Reverse => Invariant($"{direction}:{-2L * workload.BlockBytes}"),
            _ => isRandom ? "rand" + direction : direction,
        };
    }

    private static IEnumerable<string> Range(WorkloadSpec workload, long bytes)
    {
        if (workload.Pattern == AccessPattern.HotOverlap)
        {
            // Starts lie closer together than requests are long, so that they overlap in part too.
            int step = workload.BlockBytes > 4096 ? 4096 : 512;
            return [Invariant($"--size={Math.Min(workload.HotBytes, bytes)}"), Invariant($"--blockalign={step}")];
        }
        if (workload.Pattern == AccessPattern.Random || workload.Streams == 1)
            return [Invariant($"--size={Whole(bytes, workload)}")];
        long part = Whole(bytes / workload.Streams, workload);
        return [Invariant($"--size={part}"), Invariant($"--offset_increment={part}")];
    }

    private static long Whole(long bytes, WorkloadSpec workload) => bytes / workload.BlockBytes * workload.BlockBytes;

    private static long Milliseconds(TimeSpan duration) => Math.Max(1, (long)Math.Round(duration.TotalMilliseconds));

    // fio takes a colon for the border between two files.
    private static string Escape(string path) => path.Replace(":", "\\:", StringComparison.Ordinal);

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
