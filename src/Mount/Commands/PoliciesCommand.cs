using System.CommandLine;
using IoMerge.Mount.Configuration;
using IoMerge.Mount.Hosting;
using IoMerge.Scheduler;

namespace IoMerge.Mount.Commands;

/// <summary><c>iomerge policies</c>: what there is to choose from, with every knob.</summary>
internal static class PoliciesCommand
{
    public static Command Create()
    {
        var command = new Command("policies", "List the policies: what each does, when to use it, and its knobs");
        command.SetAction(_ =>
        {
            Write(Console.Out);
            return ExitCode.Success;
        });
        return command;
    }

    /// <summary>Writes the list.</summary>
    public static void Write(TextWriter output)
    {
        string chosen = new SchedulerOptions().Policy;
        foreach (PolicyInfo policy in PolicyCatalog.All)
        {
            output.WriteLine($"{policy.Name}{(policy.Name == chosen ? " (default)" : "")}");
            output.WriteLine($"  {policy.Summary}");
            output.WriteLine($"  Use it for: {policy.WhenToUse}");
            WriteKnobs(output, policy.Knobs);
            output.WriteLine();
        }
        output.WriteLine("All policies (merging, holding and bounds do not apply to None)");
        WriteKnobs(output, PolicyCatalog.CommonKnobs);
        output.WriteLine();
        output.WriteLine("Choose with --policy NAME, turn with --set Scheduler:KEY=VALUE, or for one volume with");
        output.WriteLine("--set Volumes:NAME:Scheduler:KEY=VALUE. While mounted: iomerge set PATH KEY=VALUE.");
    }

    private static void WriteKnobs(TextWriter output, IEnumerable<KnobInfo> knobs)
    {
        foreach (KnobInfo knob in knobs)
        {
            output.WriteLine($"  {knob.Name,-24} {knob.Default,-12} {knob.Unit,-10} {knob.Rule}");
            output.WriteLine($"  {"",-24} {knob.Purpose}");
        }
    }
}
