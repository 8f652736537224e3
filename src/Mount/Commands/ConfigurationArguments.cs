using System.CommandLine;
using IoMerge.Mount.Configuration;
using IoMerge.Scheduler;

namespace IoMerge.Mount.Commands;

/// <summary>The options that say what is configured; the same for every command that reads a configuration.</summary>
internal sealed class ConfigurationArguments
{
    private readonly Option<string?> _config = new("--config", "-c")
    {
        Description = "JSON file with the configuration; its values win over those of appsettings.json beside "
            + "the program",
        HelpName = "FILE",
    };

    private readonly Option<string[]> _volumes = new("--volume", "-v")
    {
        Description = "A volume, as disk=memory:1GiB, disk=file:/srv/disk.img,create=10GiB or disk=block:/dev/sdb; "
            + "may be given several times",
        HelpName = "NAME=SPEC",
    };

    private readonly Option<string?> _policy = new("--policy", "-p")
    {
        Description = "Policy of all volumes: who goes next; see iomerge policies",
        HelpName = "NAME",
    };

    private readonly Option<string[]> _sets = new("--set", "-s")
    {
        Description = "Any setting, as Scheduler:Merge:MaxBytes=256KiB; may be given several times",
        HelpName = "KEY=VALUE",
    };

    public ConfigurationArguments(Command command)
    {
        _policy.CompletionSources.Add([.. DispatchPolicyFactory.Names]);
        _sets.CompletionSources.Add(_ => OptionsReader.CommonKeys.Select(key => key + "="));
        command.Add(_config);
        command.Add(_volumes);
        command.Add(_policy);
        command.Add(_sets);
    }

    /// <summary>What the command line says.</summary>
    public CommandLineSettings Read(ParseResult result) => new()
    {
        ConfigFile = result.GetValue(_config),
        Volumes = result.GetValue(_volumes) ?? [],
        Policy = result.GetValue(_policy),
        Sets = result.GetValue(_sets) ?? [],
    };

    /// <summary>The same settings as arguments for another process of this program.</summary>
    public static IEnumerable<string> Write(CommandLineSettings settings)
    {
        if (settings.MountPoint is not null)
            yield return settings.MountPoint;
        if (settings.ConfigFile is not null)
            yield return "--config=" + settings.ConfigFile;
        if (settings.Policy is not null)
            yield return "--policy=" + settings.Policy;
        foreach (string volume in settings.Volumes)
            yield return "--volume=" + volume;
        foreach ((string key, string value, _) in settings.Switches)
            yield return $"--set={key}={value}";
        foreach (string set in settings.Sets)
            yield return "--set=" + set;
    }

    /// <summary>All faults of a configuration as one message.</summary>
    public static string Explain(IReadOnlyList<ConfigurationFault> faults) => Explain("the configuration has", faults);

    /// <summary>All faults as one message.</summary>
    /// <param name="subject">What has them, as <c>the configuration has</c>.</param>
    /// <param name="faults">The faults, one at least.</param>
    public static string Explain(string subject, IReadOnlyList<ConfigurationFault> faults)
    {
        string count = faults.Count == 1 ? "one fault" : $"{faults.Count} faults";
        IEnumerable<string> lines = faults.Select(fault => $"  {fault}");
        IEnumerable<string> help = faults.Select(fault => fault.Help).Where(text => text.Length > 0).Distinct();
        return $"{subject} {count}:\n{string.Join("\n", lines.Concat(help))}";
    }
}
