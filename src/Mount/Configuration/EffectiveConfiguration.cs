using System.Globalization;

namespace IoMerge.Mount.Configuration;

/// <summary>One setting as it is in force.</summary>
/// <param name="Key">The whole key.</param>
/// <param name="Value">The value as one would write it.</param>
/// <param name="Origin">Where it was written; <c>default</c> when nowhere.</param>
internal sealed record EffectiveSetting(string Key, string Value, string Origin);

/// <summary>Lists every setting in force with its origin.</summary>
internal static class EffectiveConfiguration
{
    private const string Default = "default";

    /// <summary>All settings, in the order of the sections.</summary>
    public static IReadOnlyList<EffectiveSetting> List(IoMergeOptions options, SettingsReader reader)
    {
        List<EffectiveSetting> list = [];
        Add(list, reader, MountKnobs.Table, options.Mount, "Mount");
        Add(list, reader, FuseKnobs.Table, options.Fuse, "Fuse");
        Add(list, reader, SchedulerKnobs.Table, options.Scheduler, "Scheduler");
        foreach (VolumeConfiguration volume in options.Volumes)
            AddVolume(list, reader, volume);
        foreach ((string category, Microsoft.Extensions.Logging.LogLevel level) in options.Logging.LogLevel)
        {
            string key = $"Logging:LogLevel:{category}";
            list.Add(new EffectiveSetting(key, level.ToString(), reader.OriginOf(key) ?? Default));
        }
        return list;
    }

    private static void AddVolume(List<EffectiveSetting> list, SettingsReader reader, VolumeConfiguration volume)
    {
        string section = $"Volumes:{volume.Name}";
        AddKind(list, reader, BackendKinds.All, volume.Backend, $"{section}:Backend");
        for (int i = 0; i < volume.Decorators.Count; i++)
        {
            string index = i.ToString(CultureInfo.InvariantCulture);
            AddKind(list, reader, DecoratorKinds.All, volume.Decorators[i], $"{section}:Decorators:{index}");
        }
        Add(list, reader, VolumeKnobs.Table, volume.Access, section);
        Add(list, reader, SchedulerKnobs.Table, volume.Scheduler, $"{section}:Scheduler", "Scheduler");
    }

    private static void AddKind(List<EffectiveSetting> list, SettingsReader reader, IReadOnlyList<KindInfo> kinds,
        ConfiguredKind chosen, string section)
    {
        list.Add(new EffectiveSetting($"{section}:Kind", chosen.Kind, reader.OriginOf($"{section}:Kind") ?? Default));
        Add(list, reader, kinds.Single(kind => kind.Name == chosen.Kind).Table, chosen.Options, section);
    }

    /// <param name="list">Takes the settings.</param>
    /// <param name="reader">Knows the origins.</param>
    /// <param name="table">The settings of the section.</param>
    /// <param name="options">Their values.</param>
    /// <param name="section">The section.</param>
    /// <param name="fallback">The section whose values hold where this one says nothing.</param>
    private static void Add(List<EffectiveSetting> list, SettingsReader reader, IKnobTable table, object options,
        string section, string? fallback = null)
    {
        foreach (KnobInfo knob in table.Knobs)
        {
            string key = $"{section}:{knob.Name}";
            string? origin = reader.OriginOf(key)
                ?? (fallback is null ? null : reader.OriginOf($"{fallback}:{knob.Name}"));
            list.Add(new EffectiveSetting(key, table.Format(options, knob.Name), origin ?? Default));
        }
    }
}
