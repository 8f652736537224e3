using System.ComponentModel;
using IoMerge.Benchmark.Mounted.Stores;

namespace IoMerge.Benchmark.Mounted.Programs;

/// <summary>How system calls can be counted on this machine.</summary>
internal enum SystemCallCounting
{
    /// <summary>Not at all.</summary>
    Impossible,

    /// <summary>By perf, which disturbs nothing.</summary>
    ByPerf,

    /// <summary>By strace, which stops a process at each call.</summary>
    ByStrace,
}

/// <summary>
/// Counts the system calls that processes make while a load runs, from outside: with perf where it works, else with
/// strace. One count at a time.
/// </summary>
/// <param name="workspace">Where what the programs print lies until it was read.</param>
/// <param name="parent">The folder it lies below.</param>
internal sealed class SystemCallCounter(Workspace workspace, string parent)
{
    private const int SigInt = 2;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    private SystemCallCounting? _way;

    /// <summary>Tries what works here; the answer is kept.</summary>
    public async Task<SystemCallCounting> FindAsync(CancellationToken stop) =>
        _way ??= await ProbeAsync(stop).ConfigureAwait(false);

    /// <summary>Runs a load and counts.</summary>
    /// <param name="processes">Whose calls count; those of their threads do too.</param>
    /// <param name="load">Runs the load, its program wrapped as it is told.</param>
    /// <param name="stop">Ends it.</param>
    /// <returns>The calls, null when they could not be counted; and what the load gave.</returns>
    public async Task<(long? Calls, T Result)> CountAsync<T>(IReadOnlyList<int> processes,
        Func<Func<CommandWords, CommandWords>, Task<T>> load, CancellationToken stop)
    {
        string folder = workspace.NewFolder(parent);
        try
        {
            string file = Path.Combine(folder, "calls");
            if (await FindAsync(stop).ConfigureAwait(false) == SystemCallCounting.ByPerf)
            {
                T result = await load(words => SystemCallTool.PerfAround(words, processes, file)).ConfigureAwait(false);
                return (SystemCallTool.ParsePerf(await ReadAsync(file, stop).ConfigureAwait(false)), result);
            }
            var strace = ServerProcess.Start(SystemCallTool.Strace(processes, file));
            await using (strace.ConfigureAwait(false))
            {
                await strace.UntilAsync(() => processes.All(IsTraced), s_patience, stop).ConfigureAwait(false);
                T result = await load(words => words).ConfigureAwait(false);
                strace.Signal(SigInt);
                bool isWhole = await strace.EndAsync(s_patience).ConfigureAwait(false);
                string text = isWhole ? await ReadAsync(file, stop).ConfigureAwait(false) : "killed";
                return (SystemCallTool.ParseStrace(text), result);
            }
        }
        finally
        {
            Workspace.Remove(folder);
        }
    }

    // Installed is not enough: a kernel may lack the event, and a container may forbid either.
    private static async Task<SystemCallCounting> ProbeAsync(CancellationToken stop)
    {
        string file = Path.GetTempFileName();
        try
        {
            await TryAsync(SystemCallTool.PerfAround(
                new CommandWords("sleep", ["0.05"]), [Environment.ProcessId], file), stop).ConfigureAwait(false);
            if (SystemCallTool.IsPerfAble(await ReadAsync(file, stop).ConfigureAwait(false)))
                return SystemCallCounting.ByPerf;
            bool works = await TryAsync(
                new CommandWords("strace", ["-qq", "-c", "-U", "calls,name", "-o", file, "true"]), stop)
                .ConfigureAwait(false);
            return works && SystemCallTool.ParseStrace(await ReadAsync(file, stop).ConfigureAwait(false)) > 0
                ? SystemCallCounting.ByStrace : SystemCallCounting.Impossible;
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static async Task<bool> TryAsync(CommandWords command, CancellationToken stop)
    {
        if (ProgramPath.Find(command.Program) is null)
            return false;
        try
        {
            return (await ProgramRun.RunAsync(command, stop).ConfigureAwait(false)).ExitCode == 0;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }

    private static async Task<string> ReadAsync(string file, CancellationToken stop) =>
        File.Exists(file) ? await File.ReadAllTextAsync(file, stop).ConfigureAwait(false) : "";

    /// <summary>True when every thread of a process is watched, or the process is gone.</summary>
    private static bool IsTraced(int process)
    {
        try
        {
            return Directory.EnumerateDirectories($"/proc/{process}/task").All(task =>
                !File.ReadAllLines(Path.Combine(task, "status")).Contains("TracerPid:\t0"));
        }
        catch (IOException)
        {
            return true;
        }
    }
}
