using IoMerge.Benchmark.Strategies;
using IoMerge.Scheduler;

namespace IoMerge.Benchmark.Matrix.Columns;

/// <summary>
/// Strategies as the product of lists: each policy with each level of merging, each hold, and so on. An empty list
/// means the default, which is not written into names. What would be the same strategy twice (policy <c>None</c>
/// neither merges nor holds) is one column. Pure; it does not check values, the reader of configuration does.
/// </summary>
public sealed record StrategyGrid
{
    private const string PolicyKey = "Scheduler:Policy";
    private const string LevelKey = "Scheduler:Merge:Level";

    /// <summary>Policies: <c>Scheduler:Policy</c>.</summary>
    public IReadOnlyList<string> Policies { get; init; } = [];

    /// <summary>Levels of merging: <c>Scheduler:Merge:Level</c>.</summary>
    public IReadOnlyList<string> MergeLevels { get; init; } = [];

    /// <summary>Limits of an operation: <c>Scheduler:Merge:MaxBytes</c>.</summary>
    public IReadOnlyList<string> MaxBytes { get; init; } = [];

    /// <summary>Gaps that reads bridge: <c>Scheduler:Merge:ReadGapBytes</c>.</summary>
    public IReadOnlyList<string> Gaps { get; init; } = [];

    /// <summary>Ways to wait on purpose: <c>Scheduler:Hold:Mode</c>.</summary>
    public IReadOnlyList<string> Holds { get; init; } = [];

    /// <summary>Operations in flight: <c>Scheduler:Depth</c>.</summary>
    public IReadOnlyList<string> Depths { get; init; } = [];

    /// <summary>True when nothing is listed.</summary>
    public bool IsEmpty => Axes.All(axis => axis.Values.Count == 0);

    private (string Key, string Prefix, IReadOnlyList<string> Values)[] Axes =>
    [
        (PolicyKey, "", Policies),
        (LevelKey, "merge", MergeLevels),
        ("Scheduler:Merge:MaxBytes", "max", MaxBytes),
        ("Scheduler:Merge:ReadGapBytes", "gap", Gaps),
        ("Scheduler:Hold:Mode", "hold", Holds),
        ("Scheduler:Depth", "depth", Depths),
    ];

    /// <summary>The columns: the first list varies slowest.</summary>
    public IReadOnlyList<StrategySpec> Expand()
    {
        IEnumerable<(string Name, Dictionary<string, string> Settings)> rows = [("", [])];
        foreach ((string key, string prefix, IReadOnlyList<string> values) in Axes)
        {
            string[] choices = [.. values.Count > 0 || key != PolicyKey
                ? values : [new SchedulerOptions().Policy]];
            if (choices.Length == 0)
                continue;
            bool isNamed = choices.Length > 1 || key == PolicyKey;
            rows = [.. rows.SelectMany(_ => choices, (row, choice) => Extend(row, key, prefix, choice, isNamed))];
        }
        return [.. rows.Select(row => new StrategySpec(row.Name, row.Settings)).DistinctBy(column => column.Name)];
    }

    private static (string Name, Dictionary<string, string> Settings) Extend(
        (string Name, Dictionary<string, string> Settings) row, string key, string prefix, string value, bool isNamed)
    {
        if (!Matters(row.Settings, key))
            return row;
        var settings = new Dictionary<string, string>(row.Settings) { [key] = value };
        string part = prefix.Length == 0 ? value : $"{prefix}-{value}";
        return (isNamed ? row.Name.Length == 0 ? part : $"{row.Name}/{part}" : row.Name, settings);
    }

    // Without a queue nothing merges, waits or is counted; without merging there is neither limit nor gap to it.
    private static bool Matters(Dictionary<string, string> settings, string key)
    {
        bool Is(string known, string value) => settings.TryGetValue(known, out string? set)
            && set.Equals(value, StringComparison.OrdinalIgnoreCase);
        if (Is(PolicyKey, DispatchPolicies.None))
            return false;
        return !key.StartsWith("Scheduler:Merge:", StringComparison.Ordinal)
            || !Is(LevelKey, nameof(MergeLevel.Off));
    }
}
