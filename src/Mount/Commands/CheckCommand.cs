using System.CommandLine;
using IoMerge.Mount.Configuration;
using IoMerge.Mount.Hosting;

namespace IoMerge.Mount.Commands;

/// <summary><c>iomerge check</c>: validates a configuration and prints it as it is in force, with origins.</summary>
internal static class CheckCommand
{
    public static Command Create()
    {
        var command = new Command("check",
            "Check a configuration, and print every setting in force with the place it comes from; mounts nothing");
        var arguments = new ConfigurationArguments(command);
        command.SetAction(result => Run(arguments.Read(result)));
        return command;
    }

    private static int Run(CommandLineSettings settings)
    {
        ConfigurationResult result = ConfigurationLoader.Load(settings);
        if (result.Options is null)
        {
            return CommandFault.Tell(ExitCode.Usage, ConfigurationArguments.Explain(result.Faults));
        }
        int width = result.Effective.Max(setting => Show(setting).Length);
        foreach (EffectiveSetting setting in result.Effective)
        {
            string text = Show(setting);
            Console.Out.WriteLine($"{text.PadRight(Math.Min(width, 72))}  # {setting.Origin}");
        }
        Console.Out.WriteLine("The configuration is valid.");
        return ExitCode.Success;
    }

    private static string Show(EffectiveSetting setting) =>
        $"{setting.Key} = {(setting.Value.Length == 0 ? "\"\"" : Secrets.Hide(setting.Value))}";
}
