using System.Globalization;
using IoMerge.Benchmark.Matrix.Rounds;
using IoMerge.Benchmark.Output;

namespace IoMerge.Benchmark.Matrix.Progress;

/// <summary>
/// Progress as lines, for logs and pipes: at most one line every few seconds, with the time that is left.
/// </summary>
/// <param name="output">Where to.</param>
/// <param name="time">The clock.</param>
public sealed class PlainProgress(TextWriter output, TimeProvider time) : IMatrixProgress
{
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(5);

    private readonly long _start = time.GetTimestamp();
    private long _lastLine;
    private bool _hasLine;
    private int _steps;
    private int _done;

    /// <inheritdoc/>
    public void Begin(int steps) => _steps = steps;

    /// <inheritdoc/>
    public void Doing(string what)
    {
        if (_hasLine && time.GetElapsedTime(_lastLine) < s_pause)
            return;
        _hasLine = true;
        _lastLine = time.GetTimestamp();
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"[{Percent,3} %{Left()}] {what}"));
    }

    /// <inheritdoc/>
    public void Done(int steps) => _done += steps;

    private int Percent => _steps == 0 ? 100 : (int)(100L * _done / _steps);

    private string Left()
    {
        if (_done == 0 || _done > _steps)
            return "";
        TimeSpan left = time.GetElapsedTime(_start) / _done * (_steps - _done);
        return $", {Figure.Span(left)} left";
    }
}
