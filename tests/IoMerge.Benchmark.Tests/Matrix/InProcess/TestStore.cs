using IoMerge.Backends;

namespace IoMerge.Benchmark.Tests.Matrix.InProcess;

/// <summary>
/// A store in memory that completes on the thread pool, as real ones complete on threads of their own, and counts.
/// </summary>
internal sealed unsafe class TestStore(int size) : IBackend
{
    private readonly byte[] _bytes = new byte[size];
    private int _operations;

    /// <summary>What a transfer ends with.</summary>
    internal Errno Answer { get; set; } = Errno.None;

    internal int Operations => Volatile.Read(ref _operations);

    internal bool IsDisposed { get; private set; }

    internal ReadOnlySpan<byte> Bytes => _bytes;

    public BackendGeometry Geometry { get; init; } = new();

    public long Size => _bytes.Length;

    public void Submit(BackendIo io) => ThreadPool.UnsafeQueueUserWorkItem(_ => Carry(io), null);

    public ValueTask DisposeAsync()
    {
        IsDisposed = true;
        return ValueTask.CompletedTask;
    }

    private void Carry(BackendIo io)
    {
        Interlocked.Increment(ref _operations);
        if (Answer.IsError || !io.Kind.IsTransfer())
        {
            io.Complete(Answer, 0);
            return;
        }
        io.RequireSegments();
        Span<byte> place = _bytes.AsSpan((int)io.Extent.Offset, (int)io.Extent.Length);
        foreach (IoSegment segment in io.Segments)
        {
            var memory = new Span<byte>((void*)segment.Address, (int)segment.Length);
            if (io.Kind == IoKind.Read)
                place[..memory.Length].CopyTo(memory);
            else
                memory.CopyTo(place);
            place = place[memory.Length..];
        }
        io.Complete(Errno.None, io.Extent.Length);
    }
}
