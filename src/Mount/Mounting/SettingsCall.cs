using System.Text;
using IoMerge.Backends;
using IoMerge.Mount.Mounting.Native;
using IoMerge.Mount.Volumes;

namespace IoMerge.Mount.Mounting;

/// <summary>Asks the server of a mount to change settings, with setxattr(2).</summary>
internal static unsafe class SettingsCall
{
    private const int E2BIG = 7;

    /// <summary>Sends settings, all with one call.</summary>
    /// <param name="path">A volume's file, or the mount point for all volumes.</param>
    /// <param name="settings">KEY=VALUE each, without line breaks; one at least.</param>
    /// <returns>Null, or a sentence on why they were refused.</returns>
    public static string? Send(string path, IEnumerable<string> settings)
    {
        byte[] value = Encoding.UTF8.GetBytes(string.Join('\n', settings));
        fixed (byte* first = value)
        {
            if (Libc.SetXAttr(path, SettingsAttribute.Name, first, (nuint)value.Length, 0) == 0)
                return null;
        }
        return $"{path}: {Explain(SystemError.Last)}";
    }

    private static string Explain(Errno error)
    {
        if (error == Errno.EPERM)
            return "only root and the user whose process serves the mount may change its settings (EPERM).";
        if (error == Errno.EACCES)
            return "you may not write to it, so you may not change its settings either (EACCES). Do it as root, or as "
                + "the user who mounted.";
        if (error == Errno.EROFS)
            return "a mount that is read-only as a whole (Mount:ReadOnly) lets nothing through that would change it, "
                + "settings neither (EROFS). Unmount it, and mount it with other settings.";
        if (error == Errno.EINVAL)
            return "the process that serves it refuses these settings (EINVAL); its log says why.";
        if (error == Errno.EOPNOTSUPP)
            return "the process that serves it cannot change settings while it is mounted (EOPNOTSUPP): it is of "
                + "another version. Unmount it, and mount it with this one.";
        if (error == Errno.ENOTCONN)
            return "the process that served it is gone (ENOTCONN). Take the mount away: iomerge unmount --lazy "
                + "MOUNTPOINT";
        return error == new Errno(E2BIG)
            ? $"the settings are longer than {SettingsAttribute.MostBytes} bytes (E2BIG)."
            : SystemError.Text(error) + ".";
    }
}
