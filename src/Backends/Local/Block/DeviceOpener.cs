using IoMerge.Backends.Local.Native;
using Microsoft.Win32.SafeHandles;
using Tmds.Linux;

namespace IoMerge.Backends.Local;

/// <summary>Opens a block device for exclusive use and asks it for its size and limits.</summary>
internal static class DeviceOpener
{
    private static readonly Errno NoMedium = new(123);

    /// <exception cref="BackendOpenException">The device cannot be used.</exception>
    internal static OpenDevice Open(BlockDeviceOptions options)
    {
        OptionFault.ThrowIfAny("Block volume", options.Validate());
        CheckKind(options, out Statx kind);
        int access = options.ReadOnly ? LibC.O_RDONLY : LibC.O_RDWR;
        Errno error = StoreDescriptor.Open(
            options.Path, access | LibC.O_EXCL | LibC.O_DIRECT, out SafeFileHandle? handle);
        if (handle is null)
            throw Refuse(options, ExplainOpen(options, error, kind));
        try
        {
            return Examine(options, handle, kind);
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    private static void CheckKind(BlockDeviceOptions options, out Statx facts)
    {
        // O_PATH opens nothing: a device that is in use or write-protected still says what it is.
        Errno error = StoreDescriptor.Open(options.Path, LibC.O_PATH, out SafeFileHandle? handle);
        if (handle is null)
            throw Refuse(options, ExplainOpen(options, error, default));
        using (handle)
            error = StoreDescriptor.GetFacts((int)handle.DangerousGetHandle(), out facts);
        if (error.IsError)
            throw Refuse(options, $"its facts cannot be read ({error}).");
        if ((facts.stx_mode & Statx.S_IFMT) == Statx.S_IFREG)
            throw Refuse(options, "it is a regular file. Use a volume of kind file (file:PATH).");
        if ((facts.stx_mode & Statx.S_IFMT) != Statx.S_IFBLK)
            throw Refuse(options, "it is not a block device. Check the path (lsblk lists the devices).");
    }

    private static string ExplainOpen(BlockDeviceOptions options, Errno error, Statx facts)
    {
        if (error == Errno.ENOENT || error == Errno.ENOTDIR)
            return "it does not exist. Check the path (lsblk lists the devices).";
        if (error == Errno.EBUSY)
        {
            string user = DeviceUsers.Describe(facts.stx_rdev_major, facts.stx_rdev_minor)
                ?? "opened by another program";
            return $"the device is in use: {user}. Stop that first (umount, swapoff, dmsetup remove ...).";
        }
        if (error == Errno.ENXIO || error == Errno.ENODEV)
            return "no device is behind it. Is it connected and set up (for a loop device: losetup)?";
        if (error == NoMedium)
            return "there is no medium in the device.";
        bool denied = error == Errno.EACCES || error == Errno.EPERM;
        if ((denied || error == Errno.EROFS) && !options.ReadOnly && IsWriteProtected(options))
            return "the device is read-only. Set ReadOnly, or make it writable (blockdev --setrw).";
        if (denied)
            return "permission denied. Run as root, or give the user access (group disk).";
        return $"open failed with {error}.";
    }

    private static bool IsWriteProtected(BlockDeviceOptions options)
    {
        _ = StoreDescriptor.Open(options.Path, LibC.O_RDONLY, out SafeFileHandle? handle);
        using (handle)
        {
            return handle is not null
                && StoreDescriptor.TryControl((int)handle.DangerousGetHandle(), NativeCalls.BLKROGET, out long value)
                && value != 0;
        }
    }

    private static OpenDevice Examine(BlockDeviceOptions options, SafeFileHandle handle, Statx kind)
    {
        int fd = (int)handle.DangerousGetHandle();
        if (!StoreDescriptor.TryControl(fd, NativeCalls.BLKGETSIZE64, out long size)
            || !StoreDescriptor.TryControl(fd, NativeCalls.BLKSSZGET, out long logical))
        {
            throw Refuse(options, "it does not tell its size. It may have vanished; check the kernel's log (dmesg).");
        }
        if (size == 0)
            throw Refuse(options, "it has no size (0 bytes). Is a medium in it, is it set up?");
        bool isProtected = StoreDescriptor.TryControl(fd, NativeCalls.BLKROGET, out long value) && value != 0;
        if (isProtected && !options.ReadOnly)
            throw Refuse(options, "the device is read-only. Set ReadOnly, or make it writable (blockdev --setrw).");
        _ = StoreDescriptor.TryControl(fd, NativeCalls.BLKIOOPT, out long optimal);
        return new OpenDevice(handle, size, AlignmentOf(fd, (int)logical), Math.Max(0, optimal),
            CanDiscard(kind.stx_rdev_major, kind.stx_rdev_minor));
    }

    private static DirectAlignment AlignmentOf(int fd, int logical)
    {
        bool known = StoreDescriptor.GetFacts(fd, out Statx facts).IsSuccess
            && (facts.stx_mask & Statx.STATX_DIOALIGN) != 0 && facts.stx_dio_mem_align > 0;
        return new DirectAlignment(logical, known ? (int)facts.stx_dio_mem_align : logical);
    }

    /// <summary>A partition has no queue of its own; its disk's is one directory up.</summary>
    private static bool CanDiscard(uint major, uint minor)
    {
        string device = $"/sys/dev/block/{major}:{minor}";
        string? file = new[] { $"{device}/queue/discard_max_bytes", $"{device}/../queue/discard_max_bytes" }
            .FirstOrDefault(File.Exists);
        try
        {
            return file is not null && File.ReadAllText(file).Trim() != "0";
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static BackendOpenException Refuse(BlockDeviceOptions options, string reason) =>
        new($"Block volume \"{options.Path}\": {reason}");
}

/// <summary>A device that passed all checks, and is this process' alone.</summary>
/// <param name="Handle">The descriptor, O_DIRECT and O_EXCL.</param>
/// <param name="Size">Size in bytes.</param>
/// <param name="Alignment">What transfers demand.</param>
/// <param name="OptimalBytes">
/// What the device calls its optimal transfer (the stripe of a RAID); 0 when it names none.
/// </param>
/// <param name="CanDiscard">Whether it takes discards.</param>
internal sealed record OpenDevice(
    SafeFileHandle Handle, long Size, DirectAlignment Alignment, long OptimalBytes, bool CanDiscard) : IDisposable
{
    public void Dispose() => Handle.Dispose();
}
