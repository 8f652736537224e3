using System.Globalization;

namespace IoMerge.Benchmark.Mounted.Programs;

/// <summary>Which process started which.</summary>
internal static class ProcessTree
{
    /// <summary>A process and all below it, as far as they are still there.</summary>
    public static IEnumerable<int> Below(int pid)
    {
        yield return pid;
        foreach (int child in ChildrenOf(pid))
        {
            foreach (int descendant in Below(child))
                yield return descendant;
        }
    }

    private static int[] ChildrenOf(int pid)
    {
        try
        {
            return [.. Directory.EnumerateDirectories($"/proc/{pid}/task")
                .SelectMany(task => File.ReadAllText(Path.Combine(task, "children"))
                    .Split(' ', StringSplitOptions.RemoveEmptyEntries))
                .Select(child => int.Parse(child, CultureInfo.InvariantCulture))];
        }
        catch (IOException)
        {
            return [];
        }
    }
}
