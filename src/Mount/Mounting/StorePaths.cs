namespace IoMerge.Mount.Mounting;

/// <summary>
/// Keeps stores out of the mount that shows them: a server that reads its own mount waits for itself for ever.
/// </summary>
internal static class StorePaths
{
    /// <summary>Why this store cannot serve this mount; null when it can.</summary>
    /// <param name="what">What the path is, for the message: <c>the store of volume disk</c>.</param>
    /// <param name="path">The path of the store.</param>
    /// <param name="mountPoint">The mount point, absolute.</param>
    public static string? Refuse(string what, string path, string mountPoint)
    {
        // A file that is yet to be created has no real path, but its directory has.
        string full = Path.GetFullPath(path);
        string directory = MountPointFacts.Resolve(Path.GetDirectoryName(full) ?? "/");
        string[] candidates = [MountPointFacts.Resolve(full), Path.Combine(directory, Path.GetFileName(full))];
        string below = mountPoint == "/" ? "/" : mountPoint + "/";
        return candidates.Any(candidate => candidate.StartsWith(below, StringComparison.Ordinal))
            ? $"{what}, {path}, lies below the mount point {mountPoint}: it would disappear behind the mount "
                + "that it is to serve. Move it, or mount elsewhere."
            : null;
    }
}
