using IoMerge.Backends;
using IoMerge.Traces;

namespace IoMerge.Benchmark.Matrix.InProcess;

/// <summary>
/// A recorded trace as a client: its reads, writes and flushes in their order, as fast as they are answered, from the
/// beginning again at its end. Where the trace's volumes are larger than the store, offsets are taken modulo its size;
/// what neither reads, writes nor flushes is passed over. It is read as it goes, in bounded memory.
/// </summary>
internal sealed class TraceWalk : IRequestWalk
{
    private readonly string _path;
    private readonly long _size;
    private readonly long _grain;
    private ITraceSource _source;

    /// <param name="path">The trace, which was read whole before.</param>
    /// <param name="largest">Its longest request.</param>
    /// <param name="size">Size of the store in bytes.</param>
    /// <param name="grain">Requests are moved by multiples of it.</param>
    internal TraceWalk(string path, int largest, long size, int grain)
    {
        _path = path;
        _size = size;
        _grain = grain;
        HasRoom = largest <= size;
        _source = TraceFiles.Open(path);
    }

    public bool HasRoom { get; }

    public (IoKind Kind, Extent Extent) Next()
    {
        while (true)
        {
            if (!_source.TryRead(out TraceRecord record))
            {
                _source.Dispose();
                _source = TraceFiles.Open(_path);
            }
            else if (record.Kind == IoKind.Flush)
            {
                return (IoKind.Flush, default);
            }
            else if (record.Kind.IsTransfer() && record.Length > 0)
            {
                return (record.Kind, Place(record.Extent));
            }
        }
    }

    public void Dispose() => _source.Dispose();

    private Extent Place(Extent extent)
    {
        if (extent.End <= _size)
            return extent;
        // Neighbours stay neighbours but where the store ends.
        long room = (_size - extent.Length) / _grain * _grain + _grain;
        long offset = Math.Min(extent.Offset % room, _size - extent.Length);
        return new Extent(offset, extent.Length);
    }
}
