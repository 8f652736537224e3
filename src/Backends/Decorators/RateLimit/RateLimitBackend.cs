namespace IoMerge.Backends.Decorators;

/// <summary>
/// Lets operations through at a limited rate, in order of arrival: the model of a cloud volume. Flushes count as
/// operations of no bytes. What waits when the backend is disposed of goes at once.
/// </summary>
public sealed class RateLimitBackend : DecoratorBackend
{
    private readonly TimeProvider _time;
    private readonly TokenBucket? _operations;
    private readonly TokenBucket? _bytes;
    private readonly DueQueue _waiting;
    private readonly Lock _lock = new();

    /// <param name="inner">The backend to wrap.</param>
    /// <param name="options">The limits.</param>
    /// <param name="time">The system's time when null.</param>
    /// <exception cref="BackendOpenException">The options are wrong.</exception>
    public RateLimitBackend(IBackend inner, RateLimitOptions options, TimeProvider? time = null) : base(inner)
    {
        ArgumentNullException.ThrowIfNull(options);
        OptionFault.ThrowIfAny("Decorator ratelimit", options.Validate());
        _time = time ?? TimeProvider.System;
        long burst = _time.FromMicroseconds(options.BurstMs * 1000.0);
        if (options.OperationsPerSecond > 0)
            _operations = new TokenBucket(options.OperationsPerSecond, _time.TimestampFrequency, burst);
        if (options.BytesPerSecond > 0)
            _bytes = new TokenBucket(options.BytesPerSecond, _time.TimestampFrequency, burst);
        _waiting = new DueQueue(_time, "iomerge ratelimit", Inner.Submit);
        bool limits = _operations is not null || _bytes is not null;
        Geometry = inner.Geometry with
        {
            CompletesInline = inner.Geometry.CompletesInline && !limits,
            PreferredTransferBytes = _operations is null ? inner.Geometry.PreferredTransferBytes : 0,
        };
    }

    /// <inheritdoc/>
    public override BackendGeometry Geometry { get; }

    /// <inheritdoc/>
    public override void Submit(BackendIo io)
    {
        ArgumentNullException.ThrowIfNull(io);
        if (_operations is null && _bytes is null)
        {
            Inner.Submit(io);
            return;
        }
        long now = _time.GetTimestamp();
        double due;
        lock (_lock)
        {
            due = _operations?.Take(1, now) ?? now;
            if (_bytes is not null && io.Kind.IsTransfer())
                due = Math.Max(due, _bytes.Take(io.Extent.Length, now));
        }
        if (due > now) // Later moments for later arrivals: the queue keeps the order.
            _waiting.Add(io, (long)Math.Min(due, long.MaxValue / 2));
        else
            Inner.Submit(io);
    }

    /// <inheritdoc/>
    protected override ValueTask DisposeOwnAsync()
    {
        _waiting.Dispose();
        return ValueTask.CompletedTask;
    }
}
