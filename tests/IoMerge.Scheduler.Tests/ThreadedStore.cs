using System.Collections.Concurrent;
using IoMerge.Backends;

namespace IoMerge.Scheduler.Tests;

/// <summary>A store in memory that completes from threads of its own.</summary>
internal sealed unsafe class ThreadedStore : IBackend
{
    private readonly byte[] _bytes;
    private readonly BlockingCollection<BackendIo> _queue = [];
    private readonly Thread[] _threads;

    internal ThreadedStore(int size)
    {
        _bytes = new byte[size];
        _threads = [.. Enumerable.Range(0, 4).Select(_ => new Thread(Serve) { IsBackground = true })];
        foreach (Thread thread in _threads)
            thread.Start();
    }

    public BackendGeometry Geometry { get; } = new();

    public long Size => _bytes.Length;

    public void Submit(BackendIo io) => _queue.Add(io);

    public ValueTask DisposeAsync()
    {
        _queue.CompleteAdding();
        foreach (Thread thread in _threads)
            thread.Join();
        _queue.Dispose();
        return ValueTask.CompletedTask;
    }

    private void Serve()
    {
        foreach (BackendIo io in _queue.GetConsumingEnumerable())
        {
            if (io.Kind == IoKind.Read)
                io.RequireSegments();
            int offset = (int)io.Extent.Offset;
            foreach (IoSegment segment in io.Segments)
            {
                var memory = new Span<byte>((void*)segment.Address, (int)segment.Length);
                Span<byte> stored = _bytes.AsSpan(offset, memory.Length);
                if (io.Kind == IoKind.Read)
                    stored.CopyTo(memory);
                else
                    memory.CopyTo(stored);
                offset += memory.Length;
            }
            io.Complete(Errno.None, io.Extent.Length);
        }
    }
}
