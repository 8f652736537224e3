using System.Collections;
using Microsoft.Extensions.Configuration;

namespace IoMerge.Mount.Configuration;

/// <summary>What reading the configuration gave: options, or every reason why there are none.</summary>
/// <param name="Options">The configuration; null when there are faults.</param>
/// <param name="Faults">All that is wrong.</param>
/// <param name="Effective">Every setting with its value and origin; empty when there are faults.</param>
internal sealed record ConfigurationResult(
    IoMergeOptions? Options,
    IReadOnlyList<ConfigurationFault> Faults,
    IReadOnlyList<EffectiveSetting> Effective);

/// <summary>
/// Reads the configuration in layers, the later the stronger: <c>appsettings.json</c> beside the program, the file of
/// <c>--config</c>, the environment, the command line. The current directory is not searched: what a program run by
/// root does must not depend on where it was started.
/// </summary>
internal static class ConfigurationLoader
{
    private const string VolumesKey = "Volumes";

    /// <summary>The default configuration beside the program.</summary>
    public static string DefaultFile => Path.Combine(AppContext.BaseDirectory, "appsettings.json");

    /// <summary>Reads this process's configuration.</summary>
    public static ConfigurationResult Load(CommandLineSettings settings) =>
        Load(settings, DefaultFile, Environment.GetEnvironmentVariables());

    /// <summary>Reads a configuration.</summary>
    public static ConfigurationResult Load(
        CommandLineSettings settings, string defaultFile, IDictionary environment)
    {
        var faults = new List<ConfigurationFault>();
        List<ConfigurationLayer> layers = ReadLayers(settings, defaultFile, environment, faults);
        var builder = new ConfigurationBuilder();
        foreach (ConfigurationLayer layer in layers)
            builder.Add(layer);
        var reader = new SettingsReader(builder.Build());
        IoMergeOptions options = OptionsReader.Read(reader, hasOtherFaults: faults.Count > 0);
        faults.AddRange(reader.Faults);
        return faults.Count > 0
            ? new ConfigurationResult(null, faults, [])
            : new ConfigurationResult(options, [], EffectiveConfiguration.List(options, reader));
    }

    private static List<ConfigurationLayer> ReadLayers(CommandLineSettings settings, string defaultFile,
        IDictionary environment, List<ConfigurationFault> faults)
    {
        ConfigurationLayer defaults = File.Exists(defaultFile) ? JsonLayer.Read(defaultFile, faults) : new();
        ConfigurationLayer file = settings.ConfigFile is null ? new() : JsonLayer.Read(settings.ConfigFile, faults);
        ConfigurationLayer variables = EnvironmentLayer.Read(environment, OptionsReader.CommonKeys, faults);
        // Who names volumes means these and not the example beside them.
        if (file.HasTree(VolumesKey) || settings.Volumes.Count > 0)
            defaults.RemoveTree(VolumesKey);
        List<ConfigurationLayer> lower = [defaults, file, variables];
        return [.. lower, CommandLineLayer.Read(settings, lower, faults)];
    }
}
