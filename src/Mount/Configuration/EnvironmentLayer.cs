using System.Collections;

namespace IoMerge.Mount.Configuration;

/// <summary>
/// Settings from environment variables: <c>IOMERGE_Scheduler__Merge__MaxBytes</c> is
/// <c>Scheduler:Merge:MaxBytes</c>. A variable without a double underscore names no setting and is left alone, unless
/// it is plainly meant as one.
/// </summary>
internal static class EnvironmentLayer
{
    /// <summary>How the variables begin.</summary>
    public const string Prefix = "IOMERGE_";

    /// <summary>Reads the variables.</summary>
    /// <param name="variables">The environment.</param>
    /// <param name="knownKeys">All settings that do not belong to a particular volume.</param>
    /// <param name="faults">Takes variables that look like settings and are none.</param>
    public static ConfigurationLayer Read(
        IDictionary variables, IEnumerable<string> knownKeys, List<ConfigurationFault> faults)
    {
        var layer = new ConfigurationLayer();
        foreach (DictionaryEntry variable in variables)
        {
            string name = (string)variable.Key;
            if (!name.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase))
                continue;
            string key = name[Prefix.Length..];
            string? value = (string?)variable.Value;
            if (key.Contains("__", StringComparison.Ordinal))
                layer.Set(key.Replace("__", ":", StringComparison.Ordinal), value, $"environment {name}");
            else if (FindMeant(key, knownKeys) is { } meant)
                faults.Add(new ConfigurationFault(name, value, $"sections are separated by two underscores: {meant}",
                    "environment"));
        }
        return layer;
    }

    private static string? FindMeant(string key, IEnumerable<string> knownKeys)
    {
        string? known = knownKeys.FirstOrDefault(candidate => string.Equals(
            candidate.Replace(':', '_'), key, StringComparison.OrdinalIgnoreCase));
        return known is null ? null : Prefix + known.Replace(":", "__", StringComparison.Ordinal);
    }
}
