namespace IoMerge.Benchmark.Mounted.Programs;

/// <summary>Finds programs of the system.</summary>
internal static class ProgramPath
{
    // Where the tools of administrators are; not everybody has them in PATH.
    private static readonly string[] s_further = ["/usr/local/sbin", "/usr/sbin", "/sbin"];

    /// <summary>The path of a program; null when it is not installed.</summary>
    /// <param name="name">Its name, or a path.</param>
    public static string? Find(string name)
    {
        string[] folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':');
        return folders.Concat(s_further)
            .Where(folder => folder.Length > 0)
            .Select(folder => Path.Combine(folder, name))
            .FirstOrDefault(File.Exists);
    }
}
