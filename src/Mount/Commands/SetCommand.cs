using System.CommandLine;
using IoMerge.Mount.Configuration;
using IoMerge.Mount.Hosting;
using IoMerge.Mount.Mounting;
using IoMerge.Scheduler;

namespace IoMerge.Mount.Commands;

/// <summary><c>iomerge set</c>: changes policy, merging, depth and hold of volumes that are mounted.</summary>
internal static class SetCommand
{
    public static Command Create()
    {
        var path = new Argument<string>("PATH")
        {
            Description = "A volume's file in a mount, or the mount point for all its volumes",
        };
        path.CompletionSources.Add(_ => OwnMounts.Paths);
        var settings = new Argument<string[]>("SETTINGS")
        {
            Description = "Settings of section Scheduler, as Policy=Scan, Depth=8 or Merge:MaxBytes=256KiB",
            HelpName = "KEY=VALUE",
            Arity = ArgumentArity.OneOrMore,
        };
        settings.CompletionSources.Add(_ => LiveKnobs.Names.Select(key => key + "="));
        var command = new Command("set",
            "Change policy, merging, depth and hold of mounted volumes, with I/O in flight, until they are unmounted")
        {
            path, settings,
        };
        ArgumentRules.RefuseOptions(command, path);
        ArgumentRules.RefuseOptions(command, settings);
        command.SetAction(result => Run(result.GetRequiredValue(path), result.GetRequiredValue(settings)));
        return command;
    }

    private static int Run(string path, string[] settings)
    {
        // All faults here and at once: the server can only say that there is one.
        _ = LiveKnobs.Read(settings, new SchedulerOptions(), out IReadOnlyList<ConfigurationFault> faults);
        if (faults.Count > 0)
            return CommandFault.Tell(ExitCode.Usage, ConfigurationArguments.Explain("the change has", faults));
        string place = MountPointFacts.Resolve(path);
        if (!IsInOwnMount(place))
            return CommandFault.Tell(ExitCode.Usage,
                $"{place} is neither a mount point of iomerge nor a volume in one. {OwnMounts.Describe()}");
        if (SettingsCall.Send(place, settings) is { } refusal)
            return CommandFault.Tell(ExitCode.Failure, refusal);
        Console.Out.WriteLine($"{place}: {string.Join(", ", settings)}");
        Console.Out.WriteLine("This holds until it is unmounted; what is to stay belongs into the configuration "
            + "(appsettings.json, or the file of --config).");
        return ExitCode.Success;
    }

    // Volumes lie in the root of their mount, so one of the two is mounted; neither is touched here.
    private static bool IsInOwnMount(string place) =>
        IsOwnMount(place) || (Path.GetDirectoryName(place) is { } folder && IsOwnMount(folder));

    private static bool IsOwnMount(string path) => MountTable.Find(path) is { IsOwn: true };
}
