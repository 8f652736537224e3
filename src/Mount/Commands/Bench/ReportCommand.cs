using System.CommandLine;
using System.Text;
using IoMerge.Benchmark.Html;
using IoMerge.Benchmark.Results;
using IoMerge.Mount.Hosting;

namespace IoMerge.Mount.Commands.Bench;

/// <summary><c>iomerge bench report</c>: draws a saved report as a page of HTML; measures nothing.</summary>
internal static class ReportCommand
{
    public static Command Create()
    {
        var result = new Argument<string>("RESULT.json") { Description = "A report that iomerge bench saved" };
        var output = new Option<string?>("--output", "-o")
        {
            Description = "Where the page goes; default: beside the report, with the ending .html",
            HelpName = "FILE",
        };
        var command = new Command("report", "Draw a saved report as one HTML file with pictures, to open in a browser")
        {
            result, output,
        };
        ArgumentRules.RefuseOptions(command, result);
        command.SetAction(parsed =>
        {
            string source = parsed.GetRequiredValue(result);
            return Run(source, parsed.GetValue(output) ?? Path.ChangeExtension(source, ".html"));
        });
        return command;
    }

    private static int Run(string source, string target)
    {
        if (Path.GetFullPath(source) == Path.GetFullPath(target))
        {
            return CommandFault.Tell(
                ExitCode.Usage, $"the page would replace the report {source}. Name another file with --output.");
        }
        string page;
        try
        {
            page = HtmlReport.Write(ReportJson.Read(File.ReadAllBytes(source)));
        }
        catch (InvalidDataException e)
        {
            return CommandFault.Tell(
                ExitCode.Failure,
                $"{source} cannot be drawn: {e.Message} Name a JSON file that iomerge bench saved.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return CommandFault.Tell(ExitCode.Failure, $"the report cannot be read: {e.Message}");
        }
        try
        {
            File.WriteAllText(target, page, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return CommandFault.Tell(ExitCode.Failure,
                $"the page cannot be written: {e.Message} Name another place with --output FILE.");
        }
        Console.Out.WriteLine($"The page is {target}; open it in a browser.");
        return ExitCode.Success;
    }
}
