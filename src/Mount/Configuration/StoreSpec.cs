using Microsoft.Extensions.Configuration;

namespace IoMerge.Mount.Configuration;

/// <summary>
/// A store as it is written on the command line: a volume without its name and without what belongs to a mount.
/// </summary>
/// <param name="Backend">The store.</param>
/// <param name="ReadOnly">Whether it is to be opened for reading only.</param>
internal sealed record StoreSpec(ConfiguredKind Backend, bool ReadOnly)
{
    private const string Name = "store";
    private const string Section = "Volumes:" + Name;

    /// <summary>Reads a store: <c>memory:1GiB</c>, <c>file:/p,create=1GiB</c>, <c>block:/dev/x,readonly</c>.</summary>
    /// <exception cref="FormatException">It is written wrongly.</exception>
    public static StoreSpec Parse(string text)
    {
        if (VolumeSpec.TryParse($"{Name}={text}", out _, out List<(string Key, string Value)> settings) is { } rule)
        {
            string grammar = VolumeSpec.Grammar.Replace("NAME=", "", StringComparison.Ordinal)
                .ReplaceLineEndings("\n    ");
            throw new FormatException(
                $"The store \"{text}\" cannot be read: it {rule}. A store is written as one of\n    {grammar}");
        }
        var layer = new ConfigurationLayer();
        foreach ((string key, string value) in settings)
            layer.Set($"{Section}:{key}", value, "store");
        var reader = new SettingsReader(new ConfigurationBuilder().Add(layer).Build());
        ConfiguredKind backend = KindReader.Read(reader, reader.Section(Section + ":Backend"), BackendKinds.All);
        bool readOnly = settings.Exists(setting => setting is { Key: "ReadOnly", Value: "true" });
        return reader.Faults.Count == 0
            ? new StoreSpec(backend, readOnly)
            : throw new FormatException(
                $"The store \"{text}\" cannot be opened:\n{string.Join("\n", reader.Faults.Select(f => $"  {f}"))}");
    }
}
