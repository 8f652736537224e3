namespace IoMerge.Backends.Local;

/// <summary>Finds out from the kernel's files who uses a block device; only for messages, so it never fails.</summary>
internal static class DeviceUsers
{
    /// <summary>For example "mounted on /data", "used by dm-0", "used as swap"; null when nothing is known.</summary>
    internal static string? Describe(uint major, uint minor)
    {
        try
        {
            string system = $"/sys/dev/block/{major}:{minor}";
            List<string> users = [];
            if (Directory.Exists($"{system}/holders"))
                users.AddRange(Names($"{system}/holders").Select(holder => $"used by {holder}"));
            AddMounts(users, $"{major}:{minor}", "");
            foreach (string partition in Names(system).Where(name => File.Exists($"{system}/{name}/partition")))
            {
                string number = File.ReadAllText($"{system}/{partition}/dev").Trim();
                AddMounts(users, number, $"its partition {partition} is ");
            }
            AddSwaps(users, Path.GetFileName(Path.GetFullPath(
                Directory.ResolveLinkTarget(system, returnFinalTarget: true)?.FullName ?? system)));
            return users.Count == 0 ? null : string.Join(", ", users.Distinct());
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static IEnumerable<string> Names(string directory) =>
        Directory.EnumerateFileSystemEntries(directory).Select(entry => Path.GetFileName(entry));

    /// <summary>In mountinfo the third field is the device, the fifth the mount point.</summary>
    private static void AddMounts(List<string> users, string number, string prefix)
    {
        foreach (string line in File.ReadLines("/proc/self/mountinfo"))
        {
            string[] fields = line.Split(' ');
            if (fields.Length > 4 && fields[2] == number)
                users.Add($"{prefix}mounted on {fields[4]}");
        }
    }

    private static void AddSwaps(List<string> users, string name)
    {
        if (File.ReadLines("/proc/swaps").Skip(1).Any(line => line.Split(' ')[0] == $"/dev/{name}"))
            users.Add("used as swap");
    }
}
