using System.Collections.Concurrent;
using IoMerge.Backends;

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

    public BackendGeometry Geometry => store.Geometry;

    public long Size => store.Size;

    public void Anticipate(Extent extent) => store.Anticipate(extent);

    public void Submit(BackendIo io)
    {
        if (!_spare.TryDequeue(out WatchedIo? watched))
            watched = new WatchedIo(this);
        watched.Carry(io, watcher.Left(io));
        store.Submit(watched);
    }

    public ValueTask DisposeAsync() => store.DisposeAsync();

    private BackendIo End(WatchedIo watched, BackendIo inner, OperationMark mark)
    {
        watcher.Ended(mark, inner.MemberCount);
        _spare.Enqueue(watched);
        return inner;
    }

    private sealed class WatchedIo(WatchedBackend owner) : BackendIo
    {
        private BackendIo _inner = null!;
        private OperationMark _mark;

        public override ReadOnlySpan<IoSegment> Segments => _inner.Segments;

        public override bool AcceptsLoan => _inner.AcceptsLoan;

        internal void Carry(BackendIo inner, OperationMark mark)
        {
            _inner = inner;
            _mark = mark;
            Kind = inner.Kind;
            Flags = inner.Flags;
            Extent = inner.Extent;
            MemberCount = inner.MemberCount;
        }

        public override Errno RequireSegments() => _inner.RequireSegments();

        public override void Complete(Errno error, long result) =>
            owner.End(this, _inner, _mark).Complete(error, result);

        public override void CompleteWithLoan(nint address, long length) =>
            owner.End(this, _inner, _mark).CompleteWithLoan(address, length);
    }
}
