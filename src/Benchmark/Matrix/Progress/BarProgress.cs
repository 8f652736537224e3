using IoMerge.Benchmark.Matrix.Rounds;
using Spectre.Console;

namespace IoMerge.Benchmark.Matrix.Progress;

/// <summary>Progress as a bar with the time that is left, for a terminal.</summary>
internal sealed class BarProgress(ProgressTask task) : IMatrixProgress
{
    public void Begin(int steps) => task.MaxValue = steps;

    public void Doing(string what) => task.Description = Markup.Escape(what);

    public void Done(int steps) => task.Increment(steps);
}
