using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using IoMerge.Mount.Commands.Bench;
using IoMerge.Mount.Commands.Replay;
using IoMerge.Mount.Commands.Trace;
using IoMerge.Mount.Hosting;

namespace IoMerge.Mount.Commands;

/// <summary>The whole command line.</summary>
internal static class CommandLine
{
    /// <summary>Runs what the arguments ask for.</summary>
    /// <returns>The exit code; see <see cref="ExitCode"/>.</returns>
    public static async Task<int> RunAsync(string[] arguments)
    {
        if (MountHelper.IsHelperCall(arguments))
        {
            if (!MountHelper.TryTranslate(arguments, out IReadOnlyList<string> translated, out string fault))
                return CommandFault.Tell(ExitCode.Usage, fault);
            arguments = [.. translated];
        }
        // Paths and settings may begin with '@'; no argument names a file with more arguments.
        var parser = new ParserConfiguration { ResponseFileTokenReplacer = null };
        ParseResult result = CreateRoot().Parse(arguments, parser);
        if (result.Action is ParseErrorAction error)
            error.ShowHelp = false;
        int exitCode = await result.InvokeAsync(new InvocationConfiguration
        {
            // Signals are the host's business; it may take its time.
            ProcessTerminationTimeout = null,
            EnableDefaultExceptionHandler = false,
        }).ConfigureAwait(false);
        if (result.Errors.Count == 0 || result.Action is not ParseErrorAction)
            return exitCode;
        Console.Error.WriteLine($"See: {Name(result.CommandResult)} --help");
        return ExitCode.Usage;
    }

    /// <summary>All commands.</summary>
    public static RootCommand CreateRoot()
    {
        var root = new RootCommand("iomerge shows stores (files, block devices, memory) as files of a FUSE mount and "
            + "merges the concurrent direct I/O on them into few large operations.")
        {
            MountCommand.Create(),
            UnmountCommand.Create(),
            SetCommand.Create(),
            CheckCommand.Create(),
            PoliciesCommand.Create(),
            BenchCommand.Create(),
            TraceCommand.Create(),
            ReplayCommand.Create(),
            CompletionCommand.Create(),
        };
        foreach (HelpOption help in root.Options.OfType<HelpOption>())
        {
            if (help.Action is HelpAction action)
                help.Action = new HelpTexts(action);
        }
        return root;
    }

    // The words that lead to a command: iomerge trace convert.
    private static string Name(SymbolResult? result) => result is not CommandResult { Command: { } command } here ? ""
        : command is RootCommand ? "iomerge" : $"{Name(here.Parent)} {command.Name}";
}
