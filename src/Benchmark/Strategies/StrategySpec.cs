using IoMerge.Benchmark.Results;
using IoMerge.Scheduler;

namespace IoMerge.Benchmark.Strategies;

/// <summary>
/// A strategy as it is written on the command line: <c>Deadline</c>, <c>Fifo,Merge:MaxBytes=128KiB,Hold:Mode=Off</c>
/// or, with a name of its own, <c>small=Fifo,Merge:MaxBytes=128KiB</c>. Keys are those of configuration's section
/// Scheduler. It knows the form only; whether keys and values are right is for <see cref="ISchedulerOptionsReader"/>.
/// </summary>
/// <param name="Name">What it is called in reports; without a name of its own, the text as it was written.</param>
/// <param name="Settings">Keys with their section, <c>Scheduler:Policy</c>, and values, sorted by key.</param>
public sealed record StrategySpec(string Name, IReadOnlyDictionary<string, string> Settings)
{
    private const string Section = "Scheduler:";
    private const string PolicyKey = Section + "Policy";

    /// <summary>What may be written, for a person.</summary>
    public const string Grammar = "[NAME=]POLICY[,KEY=VALUE]..., as Deadline or small=Fifo,Merge:MaxBytes=128KiB";

    /// <summary>The policies of the house as they are, which is what is compared when nobody says otherwise.</summary>
    public static IReadOnlyList<StrategySpec> Defaults { get; } =
    [
        Parse(DispatchPolicies.None), Parse(DispatchPolicies.Fifo),
        Parse(DispatchPolicies.Scan), Parse(DispatchPolicies.Deadline),
    ];

    /// <summary>Reads one strategy.</summary>
    /// <exception cref="FormatException">It has another form; the message says what is wrong with it.</exception>
    public static StrategySpec Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string[] parts = text.Split(',', StringSplitOptions.TrimEntries);
        (string? name, string policy) = ParseHead(text, parts[0]);
        var settings = new SortedDictionary<string, string>(StringComparer.OrdinalIgnoreCase)
        {
            [PolicyKey] = policy,
        };
        foreach (string part in parts.Skip(1))
        {
            int equals = part.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0)
                throw Fault(text, $"\"{part}\" is no KEY=VALUE");
            string key = part[..equals].TrimEnd();
            if (!key.StartsWith(Section, StringComparison.OrdinalIgnoreCase))
                key = Section + key;
            if (!settings.TryAdd(key, part[(equals + 1)..].TrimStart()))
                throw Fault(text, $"{key[Section.Length..]} is there twice");
        }
        return new StrategySpec(name ?? text.Trim(), settings);
    }

    /// <summary>Reads several strategies, each with a name of its own.</summary>
    /// <exception cref="FormatException">One has another form, or two have the same name.</exception>
    public static IReadOnlyList<StrategySpec> ParseAll(IEnumerable<string> texts)
    {
        ArgumentNullException.ThrowIfNull(texts);
        List<StrategySpec> strategies = [];
        foreach (string text in texts)
        {
            StrategySpec strategy = Parse(text);
            if (strategies.Any(s => string.Equals(s.Name, strategy.Name, StringComparison.OrdinalIgnoreCase)))
                throw Fault(text, $"there is a strategy \"{strategy.Name}\" already; give each its own name");
            strategies.Add(strategy);
        }
        return strategies;
    }

    /// <summary>The strategy as a column of a report.</summary>
    public StrategyFacts Describe()
    {
        IEnumerable<string> knobs = Settings.Where(setting => setting.Key != PolicyKey)
            .Select(setting => $"{setting.Key[Section.Length..]} = {setting.Value}");
        string around = string.Join(", ", knobs);
        string description = $"Policy {Settings[PolicyKey]}, {(around.Length == 0 ? "as it is by default" : around)}.";
        return new StrategyFacts(Name, StrategyKind.Strategy, description, Settings);
    }

    private static (string? Name, string Policy) ParseHead(string text, string head)
    {
        int equals = head.IndexOf('=', StringComparison.Ordinal);
        string policy = head[(equals + 1)..].Trim();
        if (policy.Length == 0)
            throw Fault(text, "the policy is missing");
        if (equals < 0)
            return (null, policy);
        string name = head[..equals].Trim();
        if (name.Length == 0)
            throw Fault(text, "the name before '=' is missing");
        // Somebody began with a setting: Hold:Mode=Off.
        return name.Contains(':', StringComparison.Ordinal)
            ? throw Fault(text, $"it begins with the setting {name} and not with a policy")
            : (name, policy);
    }

    private static FormatException Fault(string text, string what) =>
        new($"The strategy \"{text}\" cannot be read: {what}. A strategy is written as {Grammar}.");
}
