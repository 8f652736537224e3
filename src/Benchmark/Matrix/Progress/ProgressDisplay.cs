using IoMerge.Benchmark.Matrix.Rounds;
using Spectre.Console;

namespace IoMerge.Benchmark.Matrix.Progress;

/// <summary>Shows how far something is while it runs: a bar on a terminal, lines elsewhere.</summary>
public static class ProgressDisplay
{
    /// <summary>Runs something and shows how far it is.</summary>
    /// <typeparam name="T">What it gives.</typeparam>
    /// <param name="console">The terminal, or what stands for one.</param>
    /// <param name="isTerminal">Whether somebody looks at it; lines go to <paramref name="lines"/> otherwise.</param>
    /// <param name="lines">Where lines go.</param>
    /// <param name="work">What is run.</param>
    public static async Task<T> RunAsync<T>(
        IAnsiConsole console, bool isTerminal, TextWriter lines, Func<IMatrixProgress, Task<T>> work)
    {
        ArgumentNullException.ThrowIfNull(console);
        ArgumentNullException.ThrowIfNull(work);
        if (!isTerminal)
            return await work(new PlainProgress(lines, TimeProvider.System)).ConfigureAwait(false);
        return await console.Progress()
            .AutoClear(true)
            .Columns(new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn(),
                new TaskDescriptionColumn { Alignment = Justify.Left })
            .StartAsync(context => work(new BarProgress(context.AddTask("starting"))))
            .ConfigureAwait(false);
    }
}
