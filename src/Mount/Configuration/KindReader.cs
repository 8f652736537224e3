using System.Globalization;
using IoMerge.Backends;
using Microsoft.Extensions.Configuration;

namespace IoMerge.Mount.Configuration;

/// <summary>Reads sections whose key <c>Kind</c> decides which other keys there are: backends and decorators.</summary>
internal static class KindReader
{
    private const string KindKey = "Kind";

    /// <summary>Reads one section; with a fault, the result is the first kind's defaults.</summary>
    public static ConfiguredKind Read(
        SettingsReader reader, IConfigurationSection section, IReadOnlyList<KindInfo> kinds)
    {
        var nothing = new ConfiguredKind(kinds[0].Name, kinds[0].Table.DefaultOptions);
        if (!reader.IsSection(section))
            return nothing;
        string rule = $"one of {string.Join(", ", kinds.Select(kind => kind.Name))}";
        IConfigurationSection kindSetting = section.GetSection(KindKey);
        if (!kindSetting.Exists())
        {
            Miss(reader, section, rule);
            return nothing;
        }
        if (reader.Value(kindSetting, rule) is not { } name)
            return nothing;
        KindInfo? info = kinds.FirstOrDefault(k => string.Equals(k.Name, name, StringComparison.OrdinalIgnoreCase));
        if (info is null)
        {
            string meant = NearestName.Find(name, kinds.Select(k => k.Name)) is { } near
                ? $"; did you mean {near}?" : "";
            reader.Fault(kindSetting.Path, name, $"must be {rule}{meant}");
            return nothing;
        }
        return ReadOptions(reader, section, info);
    }

    /// <summary>Reads a list of sections.</summary>
    public static IReadOnlyList<ConfiguredKind> ReadList(
        SettingsReader reader, IConfigurationSection section, IReadOnlyList<KindInfo> kinds)
    {
        // An empty JSON list arrives as an empty value.
        if (section.Value is not (null or ""))
        {
            reader.Fault(section.Path, section.Value, "must be a list of sections, each with its Kind");
            return [];
        }
        List<ConfiguredKind> list = [];
        foreach (IConfigurationSection child in section.GetChildren())
        {
            if (int.TryParse(child.Key, NumberStyles.None, CultureInfo.InvariantCulture, out _))
                list.Add(Read(reader, child, kinds));
            else
                reader.Fault(child.Path, child.Value, "must be an element of a list: [ { \"Kind\": ... }, ... ]");
        }
        return list;
    }

    /// <summary>Without a kind no other key can be judged, but one that looks like "Kind" is told.</summary>
    private static void Miss(SettingsReader reader, IConfigurationSection section, string rule)
    {
        IConfigurationSection? meant = section.GetChildren()
            .FirstOrDefault(child => NearestName.Find(child.Key, [KindKey]) is not null);
        if (meant is null)
            reader.Fault($"{section.Path}:{KindKey}", null, $"is missing; it must be {rule}");
        else
            reader.Unknown(meant, [KindKey], []);
    }

    private static ConfiguredKind ReadOptions(SettingsReader reader, IConfigurationSection section, KindInfo info)
    {
        int before = reader.Faults.Count;
        object options = info.Table.ReadAny(reader, section, info.Table.DefaultOptions, KindKey);
        // Rules that relate several settings make sense when each by itself is right.
        if (reader.Faults.Count == before)
        {
            foreach (OptionFault fault in info.Validate(options))
                reader.Fault($"{section.Path}:{fault.Key}", fault.Value, "must be " + fault.Rule);
        }
        return new ConfiguredKind(info.Name, options);
    }
}
