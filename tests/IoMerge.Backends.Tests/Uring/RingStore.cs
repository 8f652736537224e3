using IoMerge.Backends.Local;

namespace IoMerge.Backends.Tests;

/// <summary>A file that is driven by a ring of a kernel that lies.</summary>
internal sealed class RingStore : IAsyncDisposable
{
    internal const int Size = 1 << 20;
    private readonly TemporaryDirectory _directory = new();

    internal RingStore(
        DirectMode mode = DirectMode.Required, EngineKind engine = EngineKind.IoUring, int timeoutMs = 0,
        TimeProvider? time = null, Action<LyingKernel>? prepare = null)
    {
        FileBackendOptions options = new()
        {
            Path = _directory["volume"], CreateSize = Size, Direct = mode, Engine = engine,
            CompletionTimeoutMs = timeoutMs,
        };
        OpenFile file = FileOpener.Open(options, LinuxStoreCalls.Instance);
        Kernel = new LyingKernel((int)file.Main.DangerousGetHandle());
        prepare?.Invoke(Kernel);
        EngineSettings settings = options.EngineSettings with
        {
            Kernel = Kernel, Time = time ?? TimeProvider.System,
        };
        try
        {
            Backend = new FileBackend(file, options, LinuxStoreCalls.Instance, settings);
        }
        catch (BackendOpenException)
        {
            file.Dispose();
            CleanUp();
            throw;
        }
        Backend.Warned += what =>
        {
            lock (Warnings)
                Warnings.Add(what);
        };
    }

    internal FileBackend Backend { get; }

    internal LyingKernel Kernel { get; }

    internal List<string> Warnings { get; } = [];

    public async ValueTask DisposeAsync()
    {
        await Backend.DisposeAsync();
        Assert.Equal(0, Kernel.Open);
        CleanUp();
    }

    private void CleanUp()
    {
        Kernel.Dispose();
        _directory.Dispose();
    }
}
