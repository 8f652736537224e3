using System.ComponentModel;
using IoMerge.Benchmark.Mounted.Programs;

namespace IoMerge.Benchmark.Mounted;

/// <summary>The versions of the programs that take part in mounted runs.</summary>
public static class ToolVersions
{
    private static readonly string[] s_programs = ["fio", "dd", "gcc", "qemu-storage-daemon", "nbdkit", "nbdfuse"];

    /// <summary>The first line that each of them says of itself; what is not installed is absent.</summary>
    public static async Task<IReadOnlyList<string>> ReadAsync(CancellationToken stop)
    {
        var versions = new List<string>();
        foreach (string program in s_programs.Where(name => ProgramPath.Find(name) is not null))
        {
            try
            {
                ProgramResult result = await ProgramRun.RunAsync(new CommandWords(program, ["--version"]), stop)
                    .ConfigureAwait(false);
                if (result.Output.Length > 0)
                    versions.Add(result.Output.Split('\n')[0].Trim());
            }
            catch (Win32Exception)
            {
                // Not executable: it takes no part.
            }
        }
        return versions;
    }
}
