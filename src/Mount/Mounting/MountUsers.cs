namespace IoMerge.Mount.Mounting;

/// <summary>
/// Finds who keeps a mount busy, as far as <c>/proc</c> and <c>/sys</c> tell this user. It reads links only and never
/// touches the mount itself.
/// </summary>
internal static class MountUsers
{
    private const int MostShown = 8;

    /// <summary>A sentence that names the users; empty when none can be seen.</summary>
    public static string Describe(string mountPoint)
    {
        List<string> users = [.. Find(mountPoint, "/proc", "/sys/block")];
        if (users.Count == 0)
            return "";
        string more = users.Count > MostShown ? $" and {users.Count - MostShown} more" : "";
        return $"in use by {string.Join(", ", users.Take(MostShown))}{more}";
    }

    /// <summary>The users below given roots of the two file systems.</summary>
    public static IEnumerable<string> Find(string mountPoint, string proc, string blocks)
    {
        foreach (string process in List(proc).Where(path => char.IsAsciiDigit(Path.GetFileName(path)[0])))
        {
            string? use = FindUse(process, mountPoint);
            if (use is not null)
                yield return $"{ReadText(Path.Combine(process, "comm"))} (pid {Path.GetFileName(process)}, {use})";
        }
        foreach (string device in List(blocks))
        {
            string backing = ReadText(Path.Combine(device, "loop", "backing_file"));
            if (IsBelow(backing, mountPoint))
                yield return $"/dev/{Path.GetFileName(device)} (loop device over {backing})";
        }
    }

    private static string? FindUse(string process, string mountPoint)
    {
        if (IsBelow(ProcessFiles.TargetOf(Path.Combine(process, "cwd")), mountPoint))
            return "its current directory";
        if (IsBelow(ProcessFiles.TargetOf(Path.Combine(process, "root")), mountPoint))
            return "its root directory";
        try
        {
            string? target = ProcessFiles.Of(process).Select(file => file.Target)
                .FirstOrDefault(target => IsBelow(target, mountPoint));
            return target is null ? null : $"has {target} open";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static bool IsBelow(string path, string mountPoint) =>
        path == mountPoint || path.StartsWith(mountPoint + "/", StringComparison.Ordinal);

    private static string[] List(string directory)
    {
        try
        {
            return Directory.GetFileSystemEntries(directory);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private static string ReadText(string path)
    {
        try
        {
            return File.Exists(path) ? File.ReadAllText(path).Trim() : "";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
