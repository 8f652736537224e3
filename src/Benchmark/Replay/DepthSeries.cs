using IoMerge.Benchmark.Results;

namespace IoMerge.Benchmark.Replay;

/// <summary>
/// The queue over time at a bounded number of moments an equal time apart: when there are too many, every other one is
/// dropped and the distance doubled. Not thread-safe.
/// </summary>
internal sealed class DepthSeries
{
    private const int MaxSamples = 512;
    private readonly DepthSample[] _samples = new DepthSample[MaxSamples];
    private int _count;
    private long _stepNs = 100_000;
    private long _startNs = -1;
    private long _nextNs;

    /// <summary>The samples so far.</summary>
    internal IReadOnlyList<DepthSample> Samples => [.. _samples.AsSpan(0, _count)];

    /// <summary>Notes how it is until a moment; to be called before anything changes at that moment.</summary>
    /// <param name="nowNs">The moment, never before that of the call before.</param>
    /// <param name="queued">Requests that wait for dispatch.</param>
    /// <param name="inFlight">Operations at the store.</param>
    internal void NoteUntil(long nowNs, long queued, long inFlight)
    {
        if (nowNs < _nextNs)
            return;
        if (_startNs < 0)
            _startNs = _nextNs = nowNs;
        while (_nextNs <= nowNs)
        {
            if (_count == MaxSamples)
                Thin();
            // Thinning moves the next moment on.
            if (_nextNs > nowNs)
                return;
            _samples[_count++] = new DepthSample((_nextNs - _startNs) / 1e6, queued, inFlight);
            _nextNs += _stepNs;
        }
    }

    private void Thin()
    {
        for (int i = 0; i < MaxSamples / 2; i++)
            _samples[i] = _samples[2 * i];
        _count = MaxSamples / 2;
        _stepNs *= 2;
        _nextNs = _startNs + _count * _stepNs;
    }
}
