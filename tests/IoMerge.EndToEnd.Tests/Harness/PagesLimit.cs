using System.Globalization;

namespace IoMerge.EndToEnd.Tests.Harness;

/// <summary>
/// The kernel's bound on one request, <c>fs.fuse.max_pages_limit</c>, raised for the time of a test. It counts when a
/// mount is made; those that exist keep what they have.
/// </summary>
internal sealed class PagesLimit : IDisposable
{
    /// <summary>The name of the collection of those tests that change it: one at a time.</summary>
    internal const string Collection = "fs.fuse.max_pages_limit";

    /// <summary>Where it is.</summary>
    internal const string Setting = "/proc/sys/fs/fuse/max_pages_limit";

    private readonly string _before = File.ReadAllText(Setting);

    internal PagesLimit(int pages) => File.WriteAllText(Setting, pages.ToString(CultureInfo.InvariantCulture));

    /// <summary>Whether the kernel has the setting; those before 6.13 do not.</summary>
    internal static bool CanBeRaised => File.Exists(Setting);

    /// <inheritdoc/>
    public void Dispose() => File.WriteAllText(Setting, _before);
}
