using IoMerge.Traces;

namespace IoMerge.Benchmark.Replay;

/// <summary>Says which record of a trace is sent next, and when. Not thread-safe.</summary>
internal interface ITraceFeed
{
    /// <summary>
    /// When the next record is to be sent, in nanoseconds of the replay; <see cref="long.MaxValue"/> while there is
    /// none that may be sent.
    /// </summary>
    long NextDueNs { get; }

    /// <summary>Takes that record.</summary>
    /// <param name="caller">Number of its caller.</param>
    TraceRecord Take(out int caller);

    /// <summary>A request of that caller was answered.</summary>
    void Answered(int caller);
}

/// <summary>Sends each record at its time, whether the ones before it were answered or not.</summary>
internal sealed class TimedFeed : ITraceFeed
{
    private readonly ITraceSource _trace;
    private readonly CallerTable _callers;
    private readonly double _speed;
    private TraceRecord _next;

    internal TimedFeed(ITraceSource trace, CallerTable callers, double speed)
    {
        _trace = trace;
        _callers = callers;
        _speed = speed;
        Advance();
    }

    public long NextDueNs { get; private set; }

    public TraceRecord Take(out int caller)
    {
        TraceRecord record = _next;
        caller = _callers.IndexOf(record.CallerPid);
        Advance();
        return record;
    }

    public void Answered(int caller)
    {
    }

    private void Advance() => NextDueNs = !_trace.TryRead(out _next) ? long.MaxValue
        : _speed == 1 ? _next.TimeNs : (long)(_next.TimeNs / _speed);
}
