using IoMerge.Benchmark.Matrix.Rounds;
using IoMerge.Benchmark.Mounted;
using IoMerge.Benchmark.Mounted.Programs;
using IoMerge.Benchmark.Mounted.Targets;
using IoMerge.Benchmark.Results;
using IoMerge.Benchmark.Runs;

namespace IoMerge.Benchmark.Origin;

/// <summary>What the origin's table is measured with.</summary>
/// <param name="Command">The command line that repeats it.</param>
/// <param name="Machine">The machine.</param>
/// <param name="Options">The program and the folders; the size of volumes is that of the table.</param>
/// <param name="Rounds">How often each field is measured, 1 or more.</param>
/// <param name="IsQuick">Whether each round is as short as it can be.</param>
public sealed record OriginRequest(
    string Command, MachineFacts Machine, MountedOptions Options, int Rounds, bool IsQuick = false);

/// <summary>
/// Repeats the table that came with the kernel's asynchronous direct I/O for FUSE: three mounts side by side over files
/// on a tmpfs, rounds interleaved. Merging can be set up in two ways; a trial before the rounds chooses, so that the
/// choice does not flatter the figures. What cannot be run is left out, a row or a column, and the others are measured.
/// </summary>
public static class OriginBenchmark
{
    // One pass takes a tenth of a second on a machine of today; four make the figure steadier.
    private const int Passes = 4;

    /// <summary>Measures the table, or what there is time for until it is stopped.</summary>
    /// <param name="request">With what.</param>
    /// <param name="progress">Who is told how far it is.</param>
    /// <param name="time">The clock of the report; rounds measure their own time.</param>
    /// <param name="stop">Ends it early; what was measured until then is in the report.</param>
    public static async Task<BenchmarkReport> RunAsync(
        OriginRequest request, IMatrixProgress progress, TimeProvider time, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(progress);
        ArgumentNullException.ThrowIfNull(time);
        var runs = new MountedRuns(request.Options with { VolumeBytes = OriginTable.FileBytes });
        await using (runs.ConfigureAwait(false))
        {
            return await RunAsync(request, StartAsync, program => ProgramPath.Find(program) is not null, progress, time,
                stop).ConfigureAwait(false);
        }

        async Task<IRunTarget> StartAsync(StrategyFacts column, CancellationToken stopping)
        {
            DrivenTarget mount =
                await runs.StartTargetAsync(column, OriginStore.Name, stopping).ConfigureAwait(false);
            return new OriginTarget(mount, request.IsQuick ? 1 : Passes);
        }
    }

    /// <summary>The same on any mounts, and with any programs on the machine.</summary>
    /// <param name="request">With what.</param>
    /// <param name="start">Starts a column.</param>
    /// <param name="isInstalled">Whether a program is there.</param>
    /// <param name="progress">Who is told how far it is.</param>
    /// <param name="time">The clock of the report.</param>
    /// <param name="stop">Ends it early.</param>
    internal static async Task<BenchmarkReport> RunAsync(OriginRequest request,
        Func<StrategyFacts, CancellationToken, Task<IRunTarget>> start, Func<string, bool> isInstalled,
        IMatrixProgress progress, TimeProvider time, CancellationToken stop)
    {
        DateTimeOffset startedAt = time.GetUtcNow();
        long begun = time.GetTimestamp();
        OriginTable.Row[] rows = [.. OriginTable.Rows.Where(row => isInstalled(row.Program))];
        var run = new OriginRun(rows, request, start, progress);
        MatrixOutcome outcome = await run.MeasureAsync(stop).ConfigureAwait(false);
        return new BenchmarkReport
        {
            FormatVersion = BenchmarkReport.CurrentFormatVersion,
            Title = "The table of 2013: direct I/O through FUSE, original, patched and merged",
            Command = request.Command,
            StartedAt = startedAt,
            DurationSeconds = time.GetElapsedTime(begun).TotalSeconds,
            IsComplete = outcome.IsComplete,
            Machine = request.Machine,
            Strategies = run.Columns,
            Workloads = [.. OriginTable.Rows.Select(row => row.Facts)],
            Stores = [MountedRuns.Describe(OriginStore.Name)!],
            Cells = [.. OriginTable.Rows.SelectMany(
                row => outcome.Cells.Where(cell => cell.Workload == row.Facts.Name))],
            LeftOut = [.. OriginTable.Rows.Except(rows).Select(Missing), .. outcome.LeftOut],
            Notes = run.Notes,
            References = OriginTable.References,
        };
    }

    private static LeftOut Missing(OriginTable.Row row) => new(row.Facts.Name, $"{row.Program} is not installed.",
        $"Install it: apt-get install -y {(row.IsDd ? "coreutils" : row.Program)}");
}
