using System.Collections.Concurrent;
using IoMerge.Backends;
using IoMerge.Benchmark.Watching;

namespace IoMerge.Benchmark.Replay;

/// <summary>Who is told what a store is given and when it is done. Any thread, several at once; be quick.</summary>
internal interface IOperationWatcher
{
    /// <summary>An operation leaves for the store.</summary>
    /// <returns>What it is to be called when it ends.</returns>
    OperationMark Left(BackendIo io);

    /// <summary>It has ended.</summary>
    void Ended(OperationMark mark, int members);
}

/// <summary>A real store that tells a watcher of every operation. What carries them is used again and again.</summary>
internal sealed class WatchedBackend(IBackend store, IOperationWatcher watcher) : IBackend
{
    private readonly ConcurrentQueue<WatchedIo> _spare = new();

    private IOperationWatcher Watcher => watcher;

    public BackendGeometry Geometry => store.Geometry;

    public long Size => store.Size;

    public ICompletionSource? Completions => store.Completions;

    public void Anticipate(Extent extent) => store.Anticipate(extent);

    public void RegisterMemory(nint address, nint length) => store.RegisterMemory(address, length);

    public void Submit(BackendIo io)
    {
        if (!_spare.TryDequeue(out WatchedIo? watched))
            watched = new WatchedIo(this);
        watched.Carry(io, watcher.Left(io));
        store.Submit(watched);
    }

    public void BeginBatch() => store.BeginBatch();

    public void EndBatch() => store.EndBatch();

    public ValueTask DisposeAsync() => store.DisposeAsync();

    private sealed class WatchedIo(WatchedBackend owner) : CarriedIo
    {
        private OperationMark _mark;

        internal void Carry(BackendIo inner, OperationMark mark)
        {
            Take(inner);
            _mark = mark;
        }

        protected override BackendIo End()
        {
            BackendIo inner = Inner;
            owner.Watcher.Ended(_mark, inner.MemberCount);
            owner._spare.Enqueue(this);
            return inner;
        }
    }
}
