namespace IoMerge.Backends.Decorators;

/// <summary>
/// Fails operations by rule: by rate, by range, by kind, the n-th, or short. A bad range behaves like a bad sector: the
/// bytes before it are transferred, and the operation says so.
/// </summary>
public sealed class ErrorBackend : DecoratorBackend
{
    private readonly ErrorRule _rule;
    private readonly Errno _error;
    private readonly DecoratedIoPool<PartialIo> _pool;
    private long _failures;

    /// <param name="inner">The backend to wrap.</param>
    /// <param name="options">The rule; copied.</param>
    /// <exception cref="BackendOpenException">The options are wrong.</exception>
    public ErrorBackend(IBackend inner, ErrorOptions options) : base(inner)
    {
        ArgumentNullException.ThrowIfNull(options);
        OptionFault.ThrowIfAny("Decorator error", options.Validate());
        _rule = new ErrorRule(options with { });
        _ = ErrorOptions.TryParseErrno(options.Error, out Errno error);
        _error = options.Short ? Errno.None : error;
        _pool = new DecoratedIoPool<PartialIo>(() => new PartialIo(_pool!));
    }

    /// <summary>How many operations the rule has hit so far. Any thread.</summary>
    public long Failures => Interlocked.Read(ref _failures);

    /// <inheritdoc/>
    public override void Submit(BackendIo io)
    {
        ArgumentNullException.ThrowIfNull(io);
        if (!_rule.Fails(io.Kind, io.Extent, out long good))
        {
            Inner.Submit(io);
            return;
        }
        Interlocked.Increment(ref _failures);
        Errno error = good > 0 ? io.RequireSegments() : _error;
        if (good == 0 || error.IsError)
        {
            io.Complete(error, 0);
            return;
        }
        PartialIo part = _pool.Rent();
        part.Start(io, good, _error);
        Inner.Submit(part);
    }
}
