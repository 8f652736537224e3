using Microsoft.Extensions.Configuration;

namespace IoMerge.Mount.Configuration;

/// <summary>
/// One source of settings (a file, the environment, the command line) that remembers where each value was written.
/// A later layer wins over an earlier one.
/// </summary>
internal sealed class ConfigurationLayer : ConfigurationProvider, IConfigurationSource
{
    private readonly Dictionary<string, string> _origins = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The keys of this layer.</summary>
    public IReadOnlyCollection<string> Keys => [.. Data.Keys];

    /// <summary>Sets a value; null stands for a section or value that is there and empty.</summary>
    public void Set(string key, string? value, string origin)
    {
        Data[key] = value;
        _origins[key] = origin;
    }

    /// <summary>Takes out a key and all below it.</summary>
    public void RemoveTree(string key)
    {
        foreach (string existing in Keys.Where(existing => IsAtOrBelow(existing, key)))
        {
            Data.Remove(existing);
            _origins.Remove(existing);
        }
    }

    /// <summary>True when the layer sets this key or one below it.</summary>
    public bool HasTree(string key) => Data.Keys.Any(existing => IsAtOrBelow(existing, key));

    /// <summary>Where the key, or the first key below it, was written; null when this layer does not have it.</summary>
    public string? OriginOf(string key)
    {
        if (_origins.TryGetValue(key, out string? origin))
            return origin;
        string? below = _origins.Keys.FirstOrDefault(existing => IsAtOrBelow(existing, key));
        return below is null ? null : _origins[below];
    }

    /// <inheritdoc/>
    public IConfigurationProvider Build(IConfigurationBuilder builder) => this;

    private static bool IsAtOrBelow(string key, string tree) =>
        key.StartsWith(tree, StringComparison.OrdinalIgnoreCase)
        && (key.Length == tree.Length || key[tree.Length] == ConfigurationPath.KeyDelimiter[0]);
}
