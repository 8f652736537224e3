using IoMerge.Backends;

namespace IoMerge.Benchmark.Matrix.InProcess;

/// <summary>A store and the server behind it, which ends after it.</summary>
/// <param name="store">The store; disposed of with this.</param>
/// <param name="server">Its server; likewise.</param>
internal sealed class ServedBackend(IBackend store, IDisposable server) : IBackend
{
    public BackendGeometry Geometry => store.Geometry;

    public long Size => store.Size;

    public ICompletionSource? Completions => store.Completions;

    public void Anticipate(Extent extent) => store.Anticipate(extent);

    public void RegisterMemory(nint address, nint length) => store.RegisterMemory(address, length);

    public void Submit(BackendIo io) => store.Submit(io);

    public void BeginBatch() => store.BeginBatch();

    public void EndBatch() => store.EndBatch();

    public async ValueTask DisposeAsync()
    {
        await store.DisposeAsync().ConfigureAwait(false);
        server.Dispose();
    }
}
