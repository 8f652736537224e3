using Microsoft.Extensions.Configuration;

namespace IoMerge.Mount.Configuration;

/// <summary>
/// Reads merged configuration for the knob tables: keeps every fault instead of stopping at the first, and knows where
/// each value comes from.
/// </summary>
internal sealed class SettingsReader(IConfigurationRoot root)
{
    private readonly List<ConfigurationFault> _faults = [];

    /// <summary>What was wrong so far, in the order in which it was found.</summary>
    public IReadOnlyList<ConfigurationFault> Faults => _faults;

    /// <summary>A section of the merged configuration.</summary>
    public IConfigurationSection Section(string key) => root.GetSection(key);

    /// <summary>The top sections that were given.</summary>
    public IEnumerable<IConfigurationSection> TopSections => root.GetChildren();

    /// <summary>Notes a fault.</summary>
    public void Fault(string key, string? value, string rule) =>
        _faults.Add(new ConfigurationFault(key, value, rule, OriginOf(key) ?? ""));

    /// <summary>Notes a key that nobody knows, with the known one that was probably meant.</summary>
    /// <param name="child">The unknown key.</param>
    /// <param name="here">The names known at its place.</param>
    /// <param name="elsewhere">Other keys of the same options, with their sections.</param>
    public void Unknown(
        IConfigurationSection child, IReadOnlyList<string> here, IReadOnlyList<string> elsewhere)
    {
        string? meant = NearestName.Find(child.Key, here)
            ?? elsewhere.FirstOrDefault(name => EndsWithName(name, child.Key));
        string advice = meant is null ? $"known here: {string.Join(", ", here)}" : $"did you mean {meant}?";
        Fault(child.Path, child.Value, $"is no known setting; {advice}");
    }

    /// <summary>
    /// The value of a setting. Null, with a fault noted, when there is none or a section stands in its place.
    /// </summary>
    public string? Value(IConfigurationSection setting, string rule)
    {
        if (setting.GetChildren().Any())
            Fault(setting.Path, null, $"is a section, but must be {rule}");
        else if (setting.Value is null)
            Fault(setting.Path, null, $"has no value; it must be {rule}, or be left out");
        return setting.GetChildren().Any() ? null : setting.Value;
    }

    /// <summary>True when this is a section, given or not; otherwise a fault was noted.</summary>
    public bool IsSection(IConfigurationSection section)
    {
        if (section.Value is null || section.GetChildren().Any())
            return true;
        Fault(section.Path, section.Value, "must be a section with settings in it, not a value or an empty list");
        return false;
    }

    /// <summary>Where the value of a key comes from, or of the first one below it; null when nobody gave any.</summary>
    public string? OriginOf(string key)
    {
        foreach (IConfigurationProvider provider in root.Providers.Reverse())
        {
            if (provider is ConfigurationLayer layer && layer.OriginOf(key) is { } origin)
                return origin;
        }
        return null;
    }

    private static bool EndsWithName(string name, string last) =>
        name.EndsWith(":" + last, StringComparison.OrdinalIgnoreCase);
}
