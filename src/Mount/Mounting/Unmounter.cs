using System.Text;
using IoMerge.Backends;
using IoMerge.Mount.Configuration;
using IoMerge.Mount.Mounting.Native;
using Tmds.Linux;

namespace IoMerge.Mount.Mounting;

/// <summary>How an attempt to unmount ended.</summary>
/// <param name="IsDone">True when it is unmounted.</param>
/// <param name="IsBusy">True when it is in use.</param>
/// <param name="Message">What went wrong; empty when nothing did.</param>
internal readonly record struct UnmountResult(bool IsDone, bool IsBusy, string Message);

/// <summary>Takes a file system out of the tree: with umount2(2) for root, through fusermount3 for others.</summary>
internal static class Unmounter
{
    /// <summary>Tries to unmount.</summary>
    /// <param name="mountPoint">The mount point, absolute.</param>
    /// <param name="lazy">True to hide it at once although it is in use; it ends when its last user goes.</param>
    public static UnmountResult Unmount(string mountPoint, bool lazy) =>
        Accounts.CurrentUser == 0 ? UnmountByKernel(mountPoint, lazy) : UnmountByHelper(mountPoint, lazy);

    private static unsafe UnmountResult UnmountByKernel(string mountPoint, bool lazy)
    {
        fixed (byte* path = Encoding.UTF8.GetBytes(mountPoint + '\0'))
        {
            if (LibC.umount2(path, Libc.UMOUNT_NOFOLLOW | (lazy ? LibC.MNT_DETACH : 0)) == 0)
                return new UnmountResult(true, false, "");
        }
        Errno error = SystemError.Last;
        return new UnmountResult(false, error == Errno.EBUSY, $"{mountPoint}: {SystemError.Text(error)}");
    }

    private static UnmountResult UnmountByHelper(string mountPoint, bool lazy)
    {
        try
        {
            string? complaint = FusermountClient.Unmount(mountPoint, lazy);
            bool isBusy = complaint?.Contains("busy", StringComparison.OrdinalIgnoreCase) ?? false;
            return new UnmountResult(complaint is null, isBusy, complaint ?? "");
        }
        catch (MountException e)
        {
            return new UnmountResult(false, false, e.Message);
        }
    }
}
