using System.Globalization;
using IoMerge.Mount.Configuration;
using Tmds.Linux;

namespace IoMerge.Mount.Mounting;

/// <summary>
/// Puts a FUSE file system into the tree: with mount(2) for root, through fusermount3 for others, not at all for
/// <c>/dev/fd/N</c>. It does not serve it.
/// </summary>
internal static class Mounter
{
    private const string HandedOver = "/dev/fd/";

    /// <summary>True when the mount point names a channel that is already open.</summary>
    public static bool IsHandedOver(string mountPoint) =>
        mountPoint.StartsWith(HandedOver, StringComparison.Ordinal);

    /// <summary>Checks mount point and device, and clears the place of a stale mount when that is asked for.</summary>
    /// <returns>The mount point, absolute.</returns>
    /// <exception cref="MountException">It cannot be used.</exception>
    public static string Prepare(MountOptions options)
    {
        if (IsHandedOver(options.MountPoint))
        {
            _ = ParseDescriptor(options.MountPoint);
            return options.MountPoint;
        }
        MountPointFacts facts = MountPointFacts.Gather(options.MountPoint);
        if (options.CleanStale && MountPointRules.IsStale(facts))
        {
            Unmounter.Unmount(facts.Path, lazy: true);
            facts = MountPointFacts.Gather(facts.Path);
        }
        if (MountPointRules.Refuse(facts) is { } refusal)
            throw new MountException(refusal);
        // Known before a store is made. For others it is fusermount3 that opens the device.
        if (Accounts.CurrentUser == 0)
            KernelMount.CheckDevice();
        return facts.Path;
    }

    /// <summary>Mounts at a prepared mount point.</summary>
    /// <exception cref="MountException">It could not be mounted.</exception>
    public static MountedFileSystem Mount(string mountPoint, MountOptions options)
    {
        if (IsHandedOver(mountPoint))
            return new MountedFileSystem(ParseDescriptor(mountPoint), null, null);
        int descriptor = Accounts.CurrentUser == 0
            ? KernelMount.Mount(mountPoint, options)
            : FusermountClient.Mount(mountPoint, options);
        return new MountedFileSystem(descriptor, mountPoint, MountTable.Find(mountPoint)?.Device);
    }

    private static int ParseDescriptor(string mountPoint)
    {
        string number = mountPoint[HandedOver.Length..];
        if (!int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out int descriptor))
            throw new MountException($"{mountPoint}: \"{number}\" is not the number of a descriptor.");
        string target = new FileInfo($"/proc/self/fd/{descriptor}").LinkTarget ?? "";
        // A socket stands for the kernel in tests and under fuzzers.
        if (target != "/dev/fuse" && !target.StartsWith("socket:", StringComparison.Ordinal))
        {
            string fault = target.Length == 0
                ? "no such descriptor is open here" : $"that is {target}, no FUSE channel";
            throw new MountException($"{mountPoint}: {fault}. Start iomerge with the open channel inherited "
                + "under that number.");
        }
        // A child that inherited the channel would keep a dead mount alive.
        _ = LibC.fcntl(descriptor, LibC.F_SETFD, LibC.FD_CLOEXEC);
        return descriptor;
    }
}
