namespace IoMerge.EndToEnd.Tests.Harness;

/// <summary>What a volume is kept in.</summary>
public enum StoreKind
{
    Memory,
    PageCacheFile,
    DirectFile,
    LoopDevice,
}

/// <summary>A store for a volume, with the SPEC that mounts it.</summary>
internal sealed class Store : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly LoopDevice? _loop;

    internal Store(StoreKind kind, long size)
    {
        if (kind == StoreKind.Memory)
        {
            Spec = $"memory:{size}";
            return;
        }
        File = _folder.File("store.img");
        Shell.Run($"truncate -s {size} '{File}'");
        if (kind == StoreKind.LoopDevice)
            _loop = new LoopDevice(File);
        Spec = kind switch
        {
            StoreKind.LoopDevice => $"block:{_loop!.Path}",
            StoreKind.DirectFile => $"file:{File},direct=required",
            _ => $"file:{File},direct=off",
        };
    }

    /// <summary>What <c>--volume disk=</c> takes.</summary>
    internal string Spec { get; }

    /// <summary>The file that holds the bytes; null for memory.</summary>
    internal string? File { get; }

    /// <summary>After the server's end: makes what it wrote to a device readable in <see cref="File"/>.</summary>
    internal void Settle()
    {
        if (_loop is not null)
            Shell.Run($"blockdev --flushbufs {_loop.Path}");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _loop?.Dispose();
        _folder.Dispose();
    }
}
