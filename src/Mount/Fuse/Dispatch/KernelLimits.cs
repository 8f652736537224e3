using System.Globalization;

namespace IoMerge.Mount.Fuse.Dispatch;

/// <summary>Bounds that the running kernel sets and does not tell in the negotiation.</summary>
internal static class KernelLimits
{
    private const string MaxPagesFile = "/proc/sys/fs/fuse/max_pages_limit";
    private const int DefaultMaxPages = 256;

    /// <summary>Most pages of one request. Kernels without the setting have the default built in.</summary>
    public static int ReadMaxPages()
    {
        try
        {
            string text = File.ReadAllText(MaxPagesFile);
            return int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out int pages) && pages > 0
                ? pages
                : DefaultMaxPages;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return DefaultMaxPages;
        }
    }
}
