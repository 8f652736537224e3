using System.Text;
using IoMerge.Benchmark.Mounted.Programs;

namespace IoMerge.Benchmark.Mounted.Stores;

/// <summary>
/// Takes away what killed runs left: mounts, servers, loop devices, groups, files, in the order in which one holds the
/// other. What living runs use is known by their processes and left alone.
/// </summary>
internal static class Leftovers
{
    /// <summary>Cleans below some folders.</summary>
    public static async Task CleanAsync(IEnumerable<string> parents, CancellationToken stop)
    {
        foreach (string parent in parents.Distinct(StringComparer.Ordinal).Where(Directory.Exists))
        {
            foreach (string folder in Directory.EnumerateDirectories(parent, Workspace.Prefix + "*").Where(IsStale))
                await CleanFolderAsync(folder, stop).ConfigureAwait(false);
        }
        if (ThrottleGroups.Find() is not { } groups)
            return;
        foreach (string group in Directory.EnumerateDirectories(groups.Root, Workspace.Prefix + "*").Where(IsStale))
            IoThrottle.Remove(groups, group);
    }

    /// <summary>Mount points below a folder, the innermost first, from the text of <c>/proc/self/mounts</c>.</summary>
    public static IEnumerable<string> MountsBelow(string mounts, string folder) => mounts.Split('\n')
        .Select(line => line.Split(' ')).Where(fields => fields.Length > 1)
        .Select(fields => fields[1].Replace("\\040", " ", StringComparison.Ordinal))
        .Where(point => point.StartsWith(folder + "/", StringComparison.Ordinal))
        .Reverse();

    /// <summary>Unmounts whatever is mounted below a folder, in use or not.</summary>
    public static async Task UnmountAsync(string folder, CancellationToken stop)
    {
        string mounts = await File.ReadAllTextAsync("/proc/self/mounts", stop).ConfigureAwait(false);
        foreach (string point in MountsBelow(mounts, folder))
            await ProgramRun.RunAsync(new CommandWords("umount", ["-l", point]), stop).ConfigureAwait(false);
    }

    private static async Task CleanFolderAsync(string folder, CancellationToken stop)
    {
        await UnmountAsync(folder, stop).ConfigureAwait(false);
        foreach (int server in ServersOf(folder))
            await ProgramRun.RunAsync(new CommandWords("kill", [$"{server}"]), stop).ConfigureAwait(false);
        foreach (string device in LoopDevice.Below(folder))
            LoopDevice.Detach(device);
        Workspace.Remove(folder);
    }

    // A server of ours has the folder, whose name nobody else uses, in its command line.
    private static IEnumerable<int> ServersOf(string folder)
    {
        byte[] name = Encoding.UTF8.GetBytes(folder + "/");
        foreach (string process in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(process), out int pid) && pid != Environment.ProcessId
                && CommandLineOf(process).AsSpan().IndexOf(name) >= 0)
                yield return pid;
        }
    }

    private static byte[] CommandLineOf(string process)
    {
        try
        {
            return File.ReadAllBytes(Path.Combine(process, "cmdline"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private static bool IsStale(string path) => Workspace.IsStale(Path.GetFileName(path), ProcessCpu.StartOf);
}
