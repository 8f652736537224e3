using System.Text;
using IoMerge.Backends;
using IoMerge.Mount.Configuration;
using IoMerge.Mount.Mounting.Native;
using Tmds.Linux;

namespace IoMerge.Mount.Mounting;

/// <summary>Mounting by the kernel's own call, for root.</summary>
internal static unsafe class KernelMount
{
    private const string DevicePath = "/dev/fuse";

    /// <summary>Opens the device and mounts it.</summary>
    /// <returns>The open device.</returns>
    /// <exception cref="MountException">One of the two failed.</exception>
    public static int Mount(string mountPoint, MountOptions options)
    {
        int descriptor = OpenDevice();
        string data = Data(descriptor, options);
        ulong flags = (ulong)LibC.MS_NOSUID | (ulong)LibC.MS_NODEV
            | (options.ReadOnly ? (ulong)LibC.MS_RDONLY : 0);
        fixed (byte* source = Bytes(options.FsName), target = Bytes(mountPoint), type = Bytes(MountEntry.OwnType),
            text = Bytes(data))
        {
            if (LibC.mount(source, target, type, (ulong_t)flags, text) == 0)
                return descriptor;
        }
        Errno error = SystemError.Last;
        _ = LibC.close(descriptor);
        throw new MountException(ExplainMount(mountPoint, error));
    }

    /// <summary>Whether mounting would fail for want of the device.</summary>
    /// <exception cref="MountException">It would.</exception>
    public static void CheckDevice() => _ = LibC.close(OpenDevice());

    /// <summary>The option string of mount(2).</summary>
    /// <param name="descriptor">The open device.</param>
    /// <param name="options">What was configured.</param>
    public static string Data(int descriptor, MountOptions options) =>
        $"fd={descriptor},rootmode=40000,user_id={Accounts.CurrentUser},group_id={Accounts.CurrentGroup}"
        + $",default_permissions{(options.AllowOther ? ",allow_other" : "")}";

    /// <summary>Why the device could not be opened, and the way out.</summary>
    public static string ExplainOpen(Errno error)
    {
        if (error == Errno.ENOENT)
            return $"there is no {DevicePath}. Load the kernel's FUSE module (modprobe fuse); "
                + "in a container, start it with --device /dev/fuse.";
        if (error == Errno.ENODEV || error == Errno.ENXIO)
            return $"{DevicePath} is there, but this kernel has no FUSE ({error}). Load the module: modprobe fuse";
        if (error == Errno.EACCES || error == Errno.EPERM)
            return $"no permission to open {DevicePath} ({error}). Let the user in (chmod 666 {DevicePath}, "
                + "as distributions have it), or run as root; in a container, start it with --device /dev/fuse.";
        return $"{DevicePath} cannot be opened: {SystemError.Text(error)}.";
    }

    private static int OpenDevice()
    {
        int descriptor = Descriptors.Open(DevicePath, LibC.O_RDWR);
        return descriptor >= 0 ? descriptor : throw new MountException(ExplainOpen(SystemError.Last));
    }

    private static string ExplainMount(string mountPoint, Errno error)
    {
        if (error == Errno.EPERM)
            return $"mounting at {mountPoint} is not permitted (EPERM). Root needs CAP_SYS_ADMIN for it; "
                + "in a container, start it with --cap-add SYS_ADMIN --device /dev/fuse.";
        if (error == Errno.ENODEV)
            return $"mounting at {mountPoint} failed because this kernel has no FUSE. Load the module: modprobe fuse";
        return $"mounting at {mountPoint} failed: {SystemError.Text(error)}.";
    }

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text + '\0');
}
