using IoMerge.Scheduler;

namespace IoMerge.Benchmark.Strategies;

/// <summary>
/// Turns configuration keys into a scheduler's options. The program implements it with the reader of its own
/// configuration, so that a strategy takes the same keys and units as <c>appsettings.json</c> and is told its faults in
/// the same words.
/// </summary>
public interface ISchedulerOptionsReader
{
    /// <summary>Reads settings on top of the defaults. Any thread.</summary>
    /// <param name="settings">Keys as in configuration, <c>Scheduler:Merge:MaxBytes</c>, and their values.</param>
    /// <returns>Options that keep every rule.</returns>
    /// <exception cref="FormatException">A key or a value is wrong; the message names every fault.</exception>
    SchedulerOptions Read(IReadOnlyDictionary<string, string> settings);
}
