namespace IoMerge.Backends.Decorators;

/// <summary>
/// Lets operations reach the inner backend later: a stand-in for a network or a slow device. Delays overlap: operations
/// wait side by side, not one after the other.
/// </summary>
public sealed class DelayBackend : DecoratorBackend
{
    private readonly DelayOptions _options;
    private readonly TimeProvider _time;
    private readonly DueQueue _waiting;
    private readonly Random _random;
    private readonly Lock _randomLock = new();

    /// <param name="inner">The backend to wrap.</param>
    /// <param name="options">Copied.</param>
    /// <param name="time">The system's time when null.</param>
    /// <exception cref="BackendOpenException">The options are wrong.</exception>
    public DelayBackend(IBackend inner, DelayOptions options, TimeProvider? time = null) : base(inner)
    {
        ArgumentNullException.ThrowIfNull(options);
        OptionFault.ThrowIfAny("Decorator delay", options.Validate());
        _options = options with { };
        _time = time ?? TimeProvider.System;
        _random = new Random(options.Seed);
        _waiting = new DueQueue(_time, "iomerge delay", Inner.Submit);
        bool delays = options.ReadDelayUs > 0 || options.WriteDelayUs > 0 || options.JitterUs > 0;
        // An operation that waits costs more than its bytes, and does not complete on the submitting thread.
        Geometry = delays
            ? inner.Geometry with { CompletesInline = false, PreferredTransferBytes = 0 }
            : inner.Geometry;
    }

    /// <inheritdoc/>
    public override BackendGeometry Geometry { get; }

    /// <inheritdoc/>
    public override void Submit(BackendIo io)
    {
        ArgumentNullException.ThrowIfNull(io);
        long delay = DelayOf(io.Kind);
        if (delay == 0)
            Inner.Submit(io);
        else
            _waiting.Add(io, _time.GetTimestamp() + _time.FromMicroseconds(delay));
    }

    /// <inheritdoc/>
    protected override ValueTask DisposeOwnAsync()
    {
        _waiting.Dispose();
        return ValueTask.CompletedTask;
    }

    private long DelayOf(IoKind kind)
    {
        long fixedPart = kind switch
        {
            IoKind.Read => _options.ReadDelayUs,
            IoKind.Write => _options.WriteDelayUs,
            IoKind.Flush => _options.FlushDelayUs,
            _ => _options.OtherDelayUs,
        };
        if (_options.JitterUs == 0)
            return fixedPart;
        lock (_randomLock)
            return fixedPart + _random.NextInt64(_options.JitterUs + 1L);
    }
}
