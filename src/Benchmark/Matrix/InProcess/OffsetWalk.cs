using IoMerge.Backends;
using IoMerge.Benchmark.Runs;

namespace IoMerge.Benchmark.Matrix.InProcess;

/// <summary>
/// Where one stream of a workload goes next, and what it does there. The same seed gives the same walk, so that every
/// column meets the same requests. Pure but for its position; not thread-safe.
/// </summary>
internal sealed class OffsetWalk : IRequestWalk
{
    private readonly WorkloadSpec _spec;
    private readonly Random _random;
    private readonly long _start;
    private readonly long _length;
    private readonly long _grain;
    private long _position;
    private int _writesSinceFlush;

    /// <param name="spec">What the stream does.</param>
    /// <param name="stream">Which of the workload's streams it is, from 0.</param>
    /// <param name="size">Size of the store in bytes.</param>
    /// <param name="grain">Offsets are multiples of it: the store's block, 512 at least.</param>
    /// <param name="seed">Chooses the walk.</param>
    internal OffsetWalk(WorkloadSpec spec, int stream, long size, int grain, int seed)
    {
        _spec = spec;
        _random = new Random(HashCode(seed, stream));
        bool isShared = spec.Pattern is AccessPattern.Random or AccessPattern.HotOverlap;
        long part = isShared ? size : size / spec.Streams;
        if (spec.Pattern == AccessPattern.HotOverlap)
            part = Math.Min(part, spec.HotBytes);
        // Starts lie closer together than requests are long, so that they overlap in part too.
        _grain = spec.Pattern == AccessPattern.HotOverlap
            ? Math.Max(grain, spec.BlockBytes > 4096 ? 4096 : 512) : spec.BlockBytes;
        // Whole requests only, so that none passes the end of its part.
        _length = part / spec.BlockBytes * spec.BlockBytes;
        _start = isShared ? 0 : stream * (part / grain * grain);
        _position = spec.Pattern == AccessPattern.Reverse ? _length - spec.BlockBytes : 0;
    }

    public bool HasRoom => _length >= _spec.BlockBytes;

    public (IoKind Kind, Extent Extent) Next()
    {
        if (_spec.FlushEvery > 0 && _writesSinceFlush >= _spec.FlushEvery)
        {
            _writesSinceFlush = 0;
            return (IoKind.Flush, default);
        }
        bool reads = _spec.ReadPercent == 100 || (_spec.ReadPercent > 0 && _random.Next(100) < _spec.ReadPercent);
        if (!reads)
            _writesSinceFlush++;
        return (reads ? IoKind.Read : IoKind.Write, new Extent(_start + NextPosition(), _spec.BlockBytes));
    }

    public void Dispose()
    {
        // It holds nothing.
    }

    private long NextPosition()
    {
        long block = _spec.BlockBytes;
        long here = _position;
        switch (_spec.Pattern)
        {
            case AccessPattern.Sequential:
                _position = here + 2 * block <= _length ? here + block : 0;
                return here;
            case AccessPattern.Strided:
                _position = here + _spec.StrideBytes + block <= _length ? here + _spec.StrideBytes : 0;
                return here;
            case AccessPattern.Reverse:
                _position = here >= block ? here - block : _length - block;
                return here;
            default:
                return _random.NextInt64((_length - block) / _grain + 1) * _grain;
        }
    }

    // HashCode of the framework differs from process to process.
    private static int HashCode(int seed, int stream) => unchecked((seed * 397) ^ (stream * 7919));
}
