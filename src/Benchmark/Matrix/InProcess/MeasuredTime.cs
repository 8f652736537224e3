using System.Diagnostics;

namespace IoMerge.Benchmark.Matrix.InProcess;

/// <summary>
/// Which part of a round counts: what is answered from <see cref="Begin"/> to <see cref="End"/>. Set by one thread,
/// read by the drivers.
/// </summary>
internal sealed class MeasuredTime
{
    private long _from = long.MaxValue;
    private long _to = long.MaxValue;
    private volatile bool _isOver;

    /// <summary>True when clients send no more.</summary>
    internal bool IsOver => _isOver;

    /// <summary>Its length so far.</summary>
    internal TimeSpan Length => Stopwatch.GetElapsedTime(Volatile.Read(ref _from), Volatile.Read(ref _to));

    /// <summary>The warm-up is over.</summary>
    internal void Begin() => Volatile.Write(ref _from, Stopwatch.GetTimestamp());

    /// <summary>What is answered from now on does not count.</summary>
    internal void End() => Volatile.Write(ref _to, Stopwatch.GetTimestamp());

    /// <summary>Clients send no more.</summary>
    internal void Stop() => _isOver = true;

    /// <summary>Whether something that happened at that time counts.</summary>
    internal bool Contains(long timestamp) =>
        timestamp >= Volatile.Read(ref _from) && timestamp < Volatile.Read(ref _to);
}
