namespace IoMerge.Backends.Decorators;

/// <summary>
/// Carries the leading bytes of a transfer through the inner backend, and ends the whole as the rule wants.
/// </summary>
internal sealed class PartialIo(DecoratedIoPool<PartialIo> pool) : DecoratedIo
{
    private IoSegment[] _segments = [];
    private int _count;
    private Errno _error;

    public override ReadOnlySpan<IoSegment> Segments => _segments.AsSpan(0, _count);

    /// <summary>Part of a loan would have to be cut; a copy is simpler, and speed is no aim here.</summary>
    public override bool AcceptsLoan => false;

    /// <summary>Takes an operation in.</summary>
    /// <param name="outer">The transfer; its segments hold memory.</param>
    /// <param name="length">How many of its bytes to carry, 1 or more.</param>
    /// <param name="error">How to end it.</param>
    internal void Start(BackendIo outer, long length, Errno error)
    {
        Carry(outer);
        Extent = new Extent(outer.Extent.Offset, length);
        _error = error;
        _count = 0;
        ReadOnlySpan<IoSegment> whole = outer.Segments;
        if (_segments.Length < whole.Length)
            _segments = new IoSegment[whole.Length];
        while (length > 0)
        {
            IoSegment segment = whole[_count];
            nint part = (nint)Math.Min(segment.Length, length);
            _segments[_count++] = new IoSegment(segment.Address, part);
            length -= part;
        }
    }

    public override void Complete(Errno error, long result)
    {
        BackendIo outer = Release();
        Errno end = error.IsError ? error : _error;
        pool.Return(this);
        outer.Complete(end, result);
    }
}
