namespace IoMerge.Backends.Decorators;

/// <summary>
/// An operation that carries another one through the inner backend, for a decorator that wants to see the outcome.
/// Memory and loans are the outer operation's. Pooled: see <see cref="DecoratedIoPool{T}"/>.
/// </summary>
public abstract class DecoratedIo : BackendIo
{
    private BackendIo? _outer;

    /// <summary>The operation that is carried.</summary>
    protected BackendIo Outer => _outer ?? throw new InvalidOperationException("No operation is being carried.");

    /// <inheritdoc/>
    public override ReadOnlySpan<IoSegment> Segments => Outer.Segments;

    /// <inheritdoc/>
    public override bool AcceptsLoan => Outer.AcceptsLoan;

    /// <inheritdoc/>
    public override Errno RequireSegments() => Outer.RequireSegments();

    /// <summary>Takes an operation in.</summary>
    protected void Carry(BackendIo outer)
    {
        _outer = outer;
        Kind = outer.Kind;
        Flags = outer.Flags;
        MemberCount = outer.MemberCount;
        Extent = outer.Extent;
        Next = null;
    }

    /// <summary>
    /// Lets the operation go and returns it. The object may go back to its pool before it is completed.
    /// </summary>
    protected BackendIo Release()
    {
        BackendIo outer = Outer;
        _outer = null;
        return outer;
    }
}

/// <summary>
/// Objects that carry no operation at the moment; as many as were ever carried at one time. Any thread.
/// </summary>
/// <typeparam name="T">The kind of object.</typeparam>
public sealed class DecoratedIoPool<T>
    where T : DecoratedIo
{
    private readonly Lock _lock = new();
    private readonly Func<T> _create;
    private BackendIo? _free;

    /// <param name="create">Makes a new object.</param>
    public DecoratedIoPool(Func<T> create) => _create = create;

    /// <summary>Takes an object out.</summary>
    public T Rent()
    {
        lock (_lock)
        {
            if (_free is T io)
            {
                _free = io.Next;
                io.Next = null;
                return io;
            }
        }
        return _create();
    }

    /// <summary>Puts an object back that carries nothing any more.</summary>
    public void Return(T io)
    {
        ArgumentNullException.ThrowIfNull(io);
        lock (_lock)
        {
            io.Next = _free;
            _free = io;
        }
    }
}
