using IoMerge.Benchmark.Mounted.Fio;
using IoMerge.Benchmark.Mounted.Programs;
using IoMerge.Benchmark.Mounted.Targets;

namespace IoMerge.Benchmark.Origin;

/// <summary>Carries out the rows of the origin's table on a file of <see cref="OriginTable.FileBytes"/>.</summary>
internal static class OriginLoad
{
    private const int DdBytes = 2 << 20;

    /// <summary>Carries out a row.</summary>
    /// <param name="row">Which.</param>
    /// <param name="server">On what.</param>
    /// <param name="passes">How often the file is gone through, 1 or more.</param>
    /// <param name="stop">Ends it.</param>
    /// <exception cref="IOException">A program failed.</exception>
    public static Task<LoadResult> RunAsync(
        OriginTable.Row row, IServer server, int passes, CancellationToken stop) => row.IsDd
        ? DdAsync(row, server.File, passes, stop)
        : AioAsync(row, server.File, passes, stop);

    /// <summary>dd's arguments for one pass.</summary>
    public static IReadOnlyList<string> DdArguments(bool isRead, string file) => isRead
        ? [$"if={file}", "of=/dev/null", "bs=2M", "count=256", "iflag=direct"]
        : ["if=/dev/zero", $"of={file}", "bs=2M", "count=256", "oflag=direct", "conv=notrunc"];

    /// <summary>
    /// fio's arguments for the pattern of aio-stress. Its defaults are records of 64 KiB and a depth of 64; <c>-b 1</c>
    /// submits one record at a time and waits for at least one when the depth is used up, as fio does by default;
    /// <c>-o 0</c> writes, <c>-o 1</c> reads, both one record after the other.
    /// </summary>
    public static IReadOnlyList<string> AioArguments(bool isRead, string file, int passes) =>
    [
        "--output-format=json+", "--lat_percentiles=1", "--clat_percentiles=0", "--name=aio-stress",
        $"--filename={file}", $"--rw={(isRead ? "read" : "write")}", "--ioengine=libaio", "--direct=1", "--bs=64k",
        "--iodepth=64", "--iodepth_batch=1", "--iodepth_batch_complete_min=1", $"--size={OriginTable.FileBytes}",
        $"--loops={passes}", "--allow_file_create=0",
    ];

    private static async Task<LoadResult> DdAsync(
        OriginTable.Row row, string file, int passes, CancellationToken stop)
    {
        var command = new CommandWords("dd", DdArguments(row.IsRead, file));
        long bytes = 0;
        double seconds = 0;
        for (int pass = 0; pass < passes; pass++)
        {
            ProgramResult result = await ProgramRun.RunAsync(command, stop).ConfigureAwait(false);
            if (result.ExitCode != 0)
                throw new IOException($"dd failed: {result.Errors.Trim()}");
            (long moved, double took) = DdOutput.Parse(result.Errors);
            bytes += moved;
            seconds += took;
        }
        return new LoadResult(bytes / DdBytes, bytes, seconds, 0, null, []);
    }

    private static async Task<LoadResult> AioAsync(
        OriginTable.Row row, string file, int passes, CancellationToken stop)
    {
        string output = await ProgramRun.RequireAsync(
            new CommandWords("fio", AioArguments(row.IsRead, file, passes)), stop).ConfigureAwait(false);
        return LoadResult.Of(FioResult.Parse(output));
    }
}
