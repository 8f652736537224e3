using Microsoft.Extensions.Configuration;

namespace IoMerge.Mount.Configuration;

/// <summary>All settings of one section, whatever the type of its options.</summary>
internal interface IKnobTable
{
    /// <summary>The settings in the order in which they are shown.</summary>
    IReadOnlyList<KnobInfo> Knobs { get; }

    /// <summary>The options that hold when nothing is configured.</summary>
    object DefaultOptions { get; }

    /// <summary>Reads a section into options; what is wrong becomes faults of the reader.</summary>
    object ReadAny(SettingsReader reader, IConfigurationSection section, object start, params string[] elsewhere);

    /// <summary>The value of one setting as text.</summary>
    string Format(object options, string name);

    /// <summary>The rule that this value of this setting breaks, or null when it is allowed.</summary>
    string? Check(string name, string text);
}

/// <summary>All settings of one section: the single place that knows their names, rules and defaults.</summary>
internal sealed class KnobTable<T> : IKnobTable
    where T : class
{
    private readonly T _defaults;
    private readonly IReadOnlyList<Knob<T>> _knobs;

    public KnobTable(T defaults, params IReadOnlyList<Knob<T>> knobs)
    {
        _defaults = defaults;
        _knobs = knobs;
        Knobs = [.. knobs.Select(knob => knob.Describe(defaults))];
    }

    public IReadOnlyList<KnobInfo> Knobs { get; }

    public object DefaultOptions => _defaults;

    public object ReadAny(
        SettingsReader reader, IConfigurationSection section, object start, params string[] elsewhere) =>
        Read(reader, section, (T)start, elsewhere);

    public string Format(object options, string name) => Find(name)!.Format((T)options);

    public string? Check(string name, string text) =>
        Find(name) is { } knob && !knob.TryApply(_defaults, text, out _) ? knob.Rule : null;

    /// <summary>Reads a section on top of these options.</summary>
    /// <param name="reader">Takes the faults.</param>
    /// <param name="section">The section; it may be absent.</param>
    /// <param name="start">The options to change.</param>
    /// <param name="elsewhere">Keys of the section that somebody else reads.</param>
    public T Read(SettingsReader reader, IConfigurationSection section, T start, params string[] elsewhere)
    {
        T options = start;
        if (reader.IsSection(section))
            ReadLevel(reader, section, "", ref options, elsewhere);
        return options;
    }

    private void ReadLevel(
        SettingsReader reader, IConfigurationSection section, string prefix, ref T options, string[] elsewhere)
    {
        foreach (IConfigurationSection child in section.GetChildren())
        {
            string name = prefix + child.Key;
            if (Find(name) is { } knob)
                ReadKnob(reader, child, knob, ref options);
            else if (HasBelow(name))
            {
                if (reader.IsSection(child))
                    ReadLevel(reader, child, name + ":", ref options, []);
            }
            else if (!elsewhere.Contains(child.Key, StringComparer.OrdinalIgnoreCase))
                reader.Unknown(child, [.. NamesAt(prefix), .. elsewhere], [.. _knobs.Select(k => k.Name)]);
        }
    }

    private static void ReadKnob(SettingsReader reader, IConfigurationSection child, Knob<T> knob, ref T options)
    {
        if (reader.Value(child, knob.Rule) is not { } text)
            return;
        if (!knob.TryApply(options, text, out options))
            reader.Fault(child.Path, text, knob.Explain(text));
    }

    private Knob<T>? Find(string name) =>
        _knobs.FirstOrDefault(knob => string.Equals(knob.Name, name, StringComparison.OrdinalIgnoreCase));

    private bool HasBelow(string name) =>
        _knobs.Any(knob => knob.Name.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase));

    private IEnumerable<string> NamesAt(string prefix) => _knobs
        .Where(knob => knob.Name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
        .Select(knob => knob.Name[prefix.Length..].Split(':')[0])
        .Distinct();
}
