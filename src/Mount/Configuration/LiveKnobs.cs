using IoMerge.Scheduler;
using Microsoft.Extensions.Configuration;

namespace IoMerge.Mount.Configuration;

/// <summary>
/// Which settings can be changed while a volume is mounted, and how a change is read: by the table of the
/// configuration, with its rules and in its words.
/// </summary>
internal static class LiveKnobs
{
    private const string Section = "Scheduler";

    // The memory for writes is made for the bounds when the mount is, and the drain belongs to its end.
    private static readonly string[] s_fixed = ["QueueMaxRequests", "QueueMaxBytes", "DrainTimeoutMs"];

    private static readonly string[] s_otherSections = ["Mount", "Fuse", "Volumes", "Logging"];

    /// <summary>The keys that can be changed, below section <c>Scheduler</c>.</summary>
    public static IReadOnlyList<string> Names { get; } =
        [.. SchedulerKnobs.Table.Knobs.Select(knob => knob.Name).Where(name => !s_fixed.Contains(name))];

    /// <summary>Reads changes on top of options.</summary>
    /// <param name="settings">KEY=VALUE each; the section may stand before the key.</param>
    /// <param name="start">The options to change.</param>
    /// <param name="faults">All that is wrong; the result is only good when that is nothing.</param>
    public static SchedulerOptions Read(
        IReadOnlyCollection<string> settings, SchedulerOptions start, out IReadOnlyList<ConfigurationFault> faults)
    {
        var layer = new ConfigurationLayer();
        List<ConfigurationFault> found = [];
        if (settings.Count == 0)
            found.Add(new ConfigurationFault("nothing is to be set", null, "give KEY=VALUE, as Depth=8", ""));
        foreach (string setting in settings)
            Add(layer, setting, found);
        var reader = new SettingsReader(new ConfigurationBuilder().Add(layer).Build());
        SchedulerOptions options = SchedulerKnobs.Table.Read(reader, reader.Section(Section), start);
        faults = [.. found, .. reader.Faults];
        return options;
    }

    /// <summary>What differs, for a person: <c>Depth 32 -> 8, Hold:Mode Off -> Fixed</c>.</summary>
    public static string Compare(SchedulerOptions before, SchedulerOptions after)
    {
        IEnumerable<string> changes = SchedulerKnobs.Table.Knobs
            .Select(knob => (knob.Name, Before: SchedulerKnobs.Table.Format(before, knob.Name),
                After: SchedulerKnobs.Table.Format(after, knob.Name)))
            .Where(knob => knob.Before != knob.After)
            .Select(knob => $"{knob.Name} {knob.Before} -> {knob.After}");
        string text = string.Join(", ", changes);
        return text.Length == 0 ? "nothing, all was so already" : text;
    }

    private static void Add(ConfigurationLayer layer, string setting, List<ConfigurationFault> faults)
    {
        int equals = setting.IndexOf('=', StringComparison.Ordinal);
        string key = WithoutSection(equals < 0 ? setting : setting[..equals]);
        string? value = equals < 0 ? null : setting[(equals + 1)..];
        if (key.Length == 0 || value is null)
            faults.Add(new ConfigurationFault(setting, null, "must be KEY=VALUE, as Depth=8", ""));
        else if (IsFixed(key))
            faults.Add(new ConfigurationFault(key, value,
                "cannot be changed while mounted; set it in the configuration and mount anew", ""));
        else
            layer.Set($"{Section}:{key}", value, "");
    }

    private static string WithoutSection(string key) =>
        key.StartsWith(Section + ":", StringComparison.OrdinalIgnoreCase) ? key[(Section.Length + 1)..] : key;

    private static bool IsFixed(string key) =>
        s_fixed.Contains(key, StringComparer.OrdinalIgnoreCase)
        || (key.Contains(':') && s_otherSections.Contains(key.Split(':')[0], StringComparer.OrdinalIgnoreCase));
}
