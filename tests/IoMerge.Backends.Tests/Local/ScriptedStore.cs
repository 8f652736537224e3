using IoMerge.Backends.Local;

namespace IoMerge.Backends.Tests;

/// <summary>A file under scripted system calls, and what lies in it.</summary>
internal sealed class ScriptedStore : IAsyncDisposable
{
    private readonly TemporaryDirectory _directory;

    internal ScriptedStore(
        ScriptedCalls calls, long size, DirectMode mode, bool growable = false, string? parent = null, int workers = 4)
    {
        _directory = new TemporaryDirectory(parent);
        FileBackendOptions options = new()
        {
            // Scripted calls are what is tested here: a ring would go past them.
            Path = _directory["volume"], CreateSize = size, Direct = mode, Growable = growable, Workers = workers,
            Engine = parent is null ? EngineKind.Threads : EngineKind.Auto,
        };
        Backend = new FileBackend(FileOpener.Open(options, LinuxStoreCalls.Instance), options, calls);
    }

    internal FileBackend Backend { get; }

    internal long FileLength => new FileInfo(_directory["volume"]).Length;

    public async ValueTask DisposeAsync()
    {
        await Backend.DisposeAsync();
        _directory.Dispose();
    }
}
