using IoMerge.Mount.Mounting;

namespace IoMerge.Mount.Commands;

/// <summary>The mounts of iomerge on this machine, for suggestions and messages. The mounts are not touched.</summary>
internal static class OwnMounts
{
    /// <summary>Their mount points.</summary>
    public static IEnumerable<string> Paths =>
        MountTable.Read().Where(entry => entry.IsOwn).Select(entry => entry.MountPoint);

    /// <summary>A sentence that names them.</summary>
    public static string Describe()
    {
        string[] paths = [.. Paths];
        return paths.Length == 0 ? "Nothing of iomerge is mounted." : $"Mounted are: {string.Join(", ", paths)}";
    }
}
