namespace IoMerge.Mount.Configuration;

/// <summary>
/// Settings from the command line. Volumes given here take the place of volumes of the same name, and --policy of
/// every volume's own policy, so the layers below are changed too.
/// </summary>
internal static class CommandLineLayer
{
    /// <summary>Turns the command line into a layer.</summary>
    /// <param name="settings">What was written.</param>
    /// <param name="lower">The layers below, which it changes.</param>
    /// <param name="faults">Takes what is wrong.</param>
    public static ConfigurationLayer Read(
        CommandLineSettings settings, IReadOnlyList<ConfigurationLayer> lower, List<ConfigurationFault> faults)
    {
        var layer = new ConfigurationLayer();
        foreach (string volume in settings.Volumes)
            AddVolume(layer, volume, lower, faults);
        if (settings.Policy is not null)
            AddPolicy(layer, settings.Policy, lower);
        foreach ((string key, string value, string option) in settings.Switches)
            layer.Set(key, value, option);
        foreach (string set in settings.Sets)
            AddSet(layer, set, faults);
        if (settings.MountPoint is not null)
            layer.Set("Mount:MountPoint", settings.MountPoint, "command line");
        return layer;
    }

    private static void AddVolume(ConfigurationLayer layer, string text,
        IReadOnlyList<ConfigurationLayer> lower, List<ConfigurationFault> faults)
    {
        if (VolumeSpec.TryParse(text, out string name, out List<(string Key, string Value)> settings) is { } rule)
        {
            string grammar = VolumeSpec.Grammar.ReplaceLineEndings("\n    ");
            faults.Add(new ConfigurationFault("--volume", text, rule, "")
            {
                Help = $"A volume is written as one of\n    {grammar}",
            });
            return;
        }
        string section = "Volumes:" + name;
        if (layer.HasTree(section))
        {
            faults.Add(new ConfigurationFault("--volume", text,
                $"there is a volume {name} already (case does not count); give each its own name", ""));
            return;
        }
        foreach (ConfigurationLayer below in lower)
            below.RemoveTree(section + ":Backend");
        foreach ((string key, string value) in settings)
            layer.Set($"{section}:{key}", value, $"--volume {name}");
    }

    private static void AddPolicy(ConfigurationLayer layer, string policy, IReadOnlyList<ConfigurationLayer> lower)
    {
        foreach (ConfigurationLayer below in lower)
        {
            foreach (string key in below.Keys.Where(IsVolumePolicy))
                below.RemoveTree(key);
        }
        layer.Set("Scheduler:Policy", policy, "--policy");
    }

    private static bool IsVolumePolicy(string key) =>
        key.Split(':') is [var volumes, _, var scheduler, var name]
        && volumes.Equals("Volumes", StringComparison.OrdinalIgnoreCase)
        && scheduler.Equals("Scheduler", StringComparison.OrdinalIgnoreCase)
        && name.Equals("Policy", StringComparison.OrdinalIgnoreCase);

    private static void AddSet(ConfigurationLayer layer, string text, List<ConfigurationFault> faults)
    {
        int equals = text.IndexOf('=', StringComparison.Ordinal);
        if (equals <= 0)
        {
            faults.Add(new ConfigurationFault("--set", text,
                "must be KEY=VALUE, as Scheduler:Merge:MaxBytes=256KiB", ""));
            return;
        }
        layer.Set(text[..equals], text[(equals + 1)..], "--set");
    }
}
