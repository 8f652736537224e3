using IoMerge.Benchmark.Results;
using IoMerge.Benchmark.Strategies;
using IoMerge.Scheduler;

namespace IoMerge.Benchmark.Matrix.Columns;

/// <summary>The columns of a matrix: what was asked for, or what is compared when nothing was.</summary>
public static class StrategyColumns
{
    /// <summary>
    /// What is compared when nothing is asked for: every policy as it is, and the default without merging and without
    /// waiting, which show what each of the two is worth.
    /// </summary>
    public static IReadOnlyList<StrategySpec> Default { get; } =
    [
        .. StrategySpec.Defaults,
        StrategySpec.Parse("Deadline/merge-Off=Deadline,Merge:Level=Off"),
        StrategySpec.Parse("Deadline/hold-Off=Deadline,Hold:Mode=Off"),
    ];

    /// <summary>Chooses the columns, and reads what the elevator of each is set to.</summary>
    /// <param name="grid">The product of lists.</param>
    /// <param name="single">Single strategies, beside the product.</param>
    /// <param name="reader">Knows the settings.</param>
    /// <exception cref="FormatException">A strategy is written wrongly, or two have one name.</exception>
    public static IReadOnlyList<(StrategyFacts Facts, SchedulerOptions Options)> Choose(
        StrategyGrid grid, IReadOnlyList<string> single, ISchedulerOptionsReader reader)
    {
        ArgumentNullException.ThrowIfNull(grid);
        ArgumentNullException.ThrowIfNull(single);
        ArgumentNullException.ThrowIfNull(reader);
        StrategySpec[] columns = grid.IsEmpty && single.Count == 0
            ? [.. Default]
            : [.. grid.IsEmpty ? [] : grid.Expand(), .. StrategySpec.ParseAll(single)];
        if (columns.GroupBy(column => column.Name, StringComparer.OrdinalIgnoreCase)
            .FirstOrDefault(same => same.Count() > 1) is { } twice)
            throw new FormatException(
                $"There are two strategies \"{twice.Key}\"; give one of them a name of its own: name={twice.Key}.");
        return [.. columns.Select(column => (column.Describe(), Read(column, reader)))];
    }

    private static SchedulerOptions Read(StrategySpec column, ISchedulerOptionsReader reader)
    {
        try
        {
            return reader.Read(column.Settings);
        }
        catch (FormatException exception)
        {
            throw new FormatException($"The strategy \"{column.Name}\" has faults:\n{exception.Message}", exception);
        }
    }
}
