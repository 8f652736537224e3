namespace IoMerge.EndToEnd.Tests.Harness;

/// <summary>Something mounted by mount(8) for a test: a small tmpfs, an ext4, a bind mount.</summary>
internal sealed class KernelMount : IDisposable
{
    /// <param name="arguments">What mount(8) gets before the folder.</param>
    /// <param name="folder">Where; it exists.</param>
    internal KernelMount(string arguments, string folder)
    {
        Path = folder;
        Shell.Run($"mount {arguments} '{folder}'");
    }

    /// <summary>Where it is mounted.</summary>
    internal string Path { get; }

    /// <summary>A tmpfs that holds no more than <paramref name="size"/>, such as "8m".</summary>
    internal static KernelMount Tmpfs(string folder, string size) => new($"-t tmpfs -o size={size} none", folder);

    /// <summary>Unmounts; fails when that is refused.</summary>
    internal void Unmount() => Shell.Run($"umount '{Path}'");

    /// <summary>Takes it away, if it is still there.</summary>
    public void Dispose() => Mounts.Clear(Path);
}
