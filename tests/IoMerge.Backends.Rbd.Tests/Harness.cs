using IoMerge.Backends.Tests;
using IoMerge.Testing.Processes;

namespace IoMerge.Backends.Rbd.Tests;

/// <summary>An image of the cluster, and options that open it.</summary>
internal sealed class OpenedImage : IAsyncDisposable
{
    internal OpenedImage(
        long size = 16 << 20, Func<RbdBackendOptions, RbdBackendOptions>? change = null, string create = "")
    {
        Image = Cluster.CreateImage(size, create);
        try
        {
            Store = RbdBackend.Open((change ?? (options => options))(Options), Log);
        }
        catch
        {
            Image.Dispose();
            throw;
        }
    }

    internal static CephCluster Cluster => CephCluster.Shared;

    internal CephImage Image { get; }

    internal RbdBackend Store { get; }

    internal CollectingLogger Log { get; } = new();

    /// <summary>Options for the image with defaults.</summary>
    internal RbdBackendOptions Options => OptionsOf(Image.Name);

    internal static RbdBackendOptions OptionsOf(string image) => new() { Image = image, Conf = Cluster.Conf };

    /// <summary>The lines of the log so far.</summary>
    internal string[] LogLines
    {
        get
        {
            lock (Log.Lines)
                return [.. Log.Lines];
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        Image.Dispose();
    }
}
