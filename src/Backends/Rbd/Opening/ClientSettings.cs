using System.Globalization;

namespace IoMerge.Backends.Rbd;

/// <summary>
/// What is set in Ceph's own configuration of this client, over what the configuration file says. An image's metadata
/// (<c>rbd config image set</c>) wins over both.
/// </summary>
internal static class ClientSettings
{
    internal static IEnumerable<(string Option, string Value)> For(RbdBackendOptions options)
    {
        // Merging is done already: a second scheduler would only hold back, and a cache would only copy.
        yield return ("rbd_cache", options.Cache ? "true" : "false");
        yield return ("rbd_io_scheduler", options.IoScheduler ? "simple" : "none");
        yield return ("client_mount_timeout", Seconds(options.ConnectTimeoutMs));
        yield return ("rados_mon_op_timeout", Seconds(options.RequestTimeoutMs));
        yield return ("rados_osd_op_timeout", Seconds(options.RequestTimeoutMs));
        if (options.Keyring.Length > 0)
        {
            yield return ("keyring", options.Keyring);
            // A key in the configuration file would win over the keyring.
            yield return ("key", "");
            yield return ("keyfile", "");
        }
        // A fault is told once, in this program's words.
        yield return ("log_to_stderr", "false");
        yield return ("err_to_stderr", "false");
    }

    private static string Seconds(int milliseconds) =>
        OpenErrors.Seconds(milliseconds).ToString(CultureInfo.InvariantCulture);
}
