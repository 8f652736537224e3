using System.Globalization;
using IoMerge.Benchmark.Mounted.Programs;

namespace IoMerge.Benchmark.Mounted.Stores;

/// <summary>
/// Names and folders of one run. Everything a run makes bears its name, which holds the number and the start of its
/// process: so a later run recognises what a killed one left, and never takes a living one's away.
/// </summary>
internal sealed class Workspace : IDisposable
{
    public const string Prefix = "iomerge-bench-";

    private static int s_count;

    private readonly List<string> _folders = [];

    /// <summary>The name of this process's runs.</summary>
    public static string OwnName { get; } = string.Create(CultureInfo.InvariantCulture,
        $"{Prefix}{Environment.ProcessId}-{ProcessCpu.StartOf(Environment.ProcessId)}");

    /// <summary>A name that is unique on the machine.</summary>
    public static string NewName() => string.Create(CultureInfo.InvariantCulture,
        $"{OwnName}.{Interlocked.Increment(ref s_count)}");

    /// <summary>A new folder below <paramref name="parent"/>.</summary>
    public string NewFolder(string parent)
    {
        string folder = Directory.CreateDirectory(Path.Combine(parent, NewName())).FullName;
        lock (_folders)
            _folders.Add(folder);
        return folder;
    }

    /// <summary>Whether a name was given by a run whose process is gone.</summary>
    /// <param name="name">Name of a folder or a group.</param>
    /// <param name="startOf">When a process began; null when there is none.</param>
    public static bool IsStale(string name, Func<int, long?> startOf)
    {
        if (!name.StartsWith(Prefix, StringComparison.Ordinal))
            return false;
        string[] parts = name[Prefix.Length..].Split('.')[0].Split('-');
        return parts.Length == 2
            && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out int pid)
            && long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out long start)
            && startOf(pid) != start;
    }

    /// <summary>Removes the folders; nothing may be mounted in them any more.</summary>
    public void Dispose()
    {
        foreach (string folder in _folders)
            Remove(folder);
        _folders.Clear();
    }

    /// <summary>Removes a folder with what is in it, as far as that is possible.</summary>
    public static void Remove(string folder)
    {
        try
        {
            if (Directory.Exists(folder))
                Directory.Delete(folder, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Something in it is still mounted or used; the next run looks at it again.
        }
    }
}
