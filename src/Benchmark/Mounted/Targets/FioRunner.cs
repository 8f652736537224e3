using IoMerge.Benchmark.Mounted.Fio;
using IoMerge.Benchmark.Mounted.Programs;
using IoMerge.Benchmark.Results;
using IoMerge.Benchmark.Runs;
using IoMerge.Traces;

namespace IoMerge.Benchmark.Mounted.Targets;

/// <summary>Carries out a workload with fio.</summary>
internal static class FioRunner
{
    /// <summary>Runs fio once.</summary>
    /// <param name="workload">What to do.</param>
    /// <param name="place">Where, and for how long.</param>
    /// <param name="logs">The traces as fio reads them.</param>
    /// <param name="group">The group that fio belongs to; null for none.</param>
    /// <param name="stop">Ends it.</param>
    /// <param name="wrap">What fio is started under; null for nothing.</param>
    /// <exception cref="RunException">fio could not carry it out.</exception>
    public static async Task<FioResult> RunAsync(WorkloadSpec workload, FioCommand.Place place, TraceLogs logs,
        string? group, CancellationToken stop, Func<CommandWords, CommandWords>? wrap = null)
    {
        string? jobs = null;
        if (place.Image is not null && (workload.FioJobFile ?? workload.TraceFile) is not null)
            throw Failed(workload, "Job files and traces are played on a file, and an image is none.");
        try
        {
            IReadOnlyList<string> arguments;
            if (workload.FioJobFile is { } file)
            {
                string text = await File.ReadAllTextAsync(file, stop).ConfigureAwait(false);
                jobs = Path.Combine(Path.GetTempPath(), $"{Stores.Workspace.OwnName}-{Guid.NewGuid():N}.fio");
                await File.WriteAllTextAsync(jobs, FioJobFile.Redirect(text, place), stop).ConfigureAwait(false);
                arguments = FioCommand.OfJobs(jobs);
            }
            else
            {
                arguments = workload.TraceFile is not null
                    ? FioCommand.OfLog(logs.LogOf(workload, place.Bytes), place)
                    : FioCommand.Of(workload, place);
            }
            var fio = new CommandWords("fio", arguments).With(place.Image?.Environment ?? []);
            CommandWords command = fio.Within(group);
            return await RunAsync(workload, wrap?.Invoke(command) ?? command, stop).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or TraceFormatException or UnauthorizedAccessException)
        {
            throw Failed(workload, e.Message, e);
        }
        finally
        {
            if (jobs is not null)
                File.Delete(jobs);
        }
    }

    private static async Task<FioResult> RunAsync(WorkloadSpec workload, CommandWords command, CancellationToken stop)
    {
        ProgramResult result = await ProgramRun.RunAsync(command, stop).ConfigureAwait(false);
        try
        {
            FioResult fio = FioResult.Parse(result.Output);
            return fio.Jobs.Sum(job => job.Requests) > 0 ? fio
                : throw Failed(workload, $"No request completed: {result.Errors.Trim()}");
        }
        catch (InvalidDataException e)
        {
            string said = result.Errors.Length > 0 ? result.Errors : result.Output;
            throw Failed(workload, $"fio ended with exit code {result.ExitCode}: {said.Trim()}", e);
        }
    }

    private static RunException Failed(WorkloadSpec workload, string cause, Exception? inner = null) =>
        new(new LeftOut(workload.Name, cause, "Run the same job with fio by hand to see more."), inner);
}
