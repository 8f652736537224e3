using IoMerge.Backends;
using IoMerge.Mount.Mounting.Native;

namespace IoMerge.Mount.Mounting;

/// <summary>Decides whether something may be mounted at a place. It looks at facts only, never at the place.</summary>
internal static class MountPointRules
{
    /// <summary>True when an iomerge that is gone left its mount there.</summary>
    public static bool IsStale(MountPointFacts facts) =>
        facts is { Mounted.IsOwn: true, Answers: true } && facts.Error == Errno.ENOTCONN;

    /// <summary>Why nothing can be mounted there, with the way out; null when it can.</summary>
    public static string? Refuse(MountPointFacts facts)
    {
        string path = facts.Path;
        if (IsStale(facts))
            return $"{path} is a stale mount: the iomerge that served it is gone. Mount with --clean-stale, "
                + $"or remove it with: iomerge unmount {path}";
        if (facts.Mounted is { } mounted)
            return RefuseMounted(facts, mounted);
        if (facts.Error == Errno.ENOENT)
            return $"the mount point {path} does not exist. Create it: mkdir -p {path}";
        if (facts.Error == Errno.ENOTCONN)
            return $"the mount point {path} lies in a stale mount, whose server is gone. Remove that first: "
                + $"umount -l {StaleAbove(path)}";
        if (facts.Error != Errno.None)
            return $"the mount point {path} cannot be used: {SystemError.Text(facts.Error)}. "
                + "Choose a directory that you may read and write.";
        if (!facts.IsDirectory)
            return $"the mount point {path} is not a directory. Choose an empty directory.";
        return facts.IsEmpty ? null
            : $"the mount point {path} is not empty, and what is in it would be hidden. Choose an empty directory.";
    }

    private static string RefuseMounted(MountPointFacts facts, MountEntry mounted)
    {
        string what = $"{mounted.Source} (type {mounted.FsType})";
        string way = mounted.IsOwn ? $"iomerge unmount {facts.Path}" : $"umount {facts.Path}";
        if (!facts.Answers)
            return $"{facts.Path} is a mount of {what} that does not answer. Stop its server, or take it away: "
                + $"{(mounted.IsOwn ? way + " --lazy" : $"umount -l {facts.Path}")}";
        if (facts.Error == Errno.ENOTCONN)
            return $"{facts.Path} is a stale mount of {what}, whose server is gone. Remove it first: "
                + $"umount -l {facts.Path}";
        return $"{facts.Path} is busy: {what} is mounted there already. Choose another directory, or: {way}";
    }

    private static string StaleAbove(string path) => MountTable.Read()
        .Where(entry => entry.IsFuse && path.StartsWith(entry.MountPoint + "/", StringComparison.Ordinal))
        .Select(entry => entry.MountPoint).LastOrDefault() ?? path;
}
