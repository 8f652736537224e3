using System.CommandLine;
using IoMerge.Benchmark.Output;
using IoMerge.Benchmark.Results;
using IoMerge.Mount.Hosting;

namespace IoMerge.Mount.Commands;

/// <summary>What commands that end in a report have in common: where it is saved, and how it is told.</summary>
internal sealed class ReportOutput
{
    private readonly Option<string?> _json = new("--json") { Description = "Save everything", HelpName = "FILE" };
    private readonly Option<string?> _csv =
        new("--csv") { Description = "Save a line for each round", HelpName = "FILE" };

    private readonly Option<string?> _html =
        new("--html") { Description = "Save a page with pictures", HelpName = "FILE" };

    /// <summary>Adds the options.</summary>
    public ReportOutput(Command command)
    {
        command.Add(_json);
        command.Add(_csv);
        command.Add(_html);
    }

    /// <summary>The command line of this process, to be typed again.</summary>
    public static string CommandText =>
        "iomerge " + string.Join(' ', Environment.GetCommandLineArgs().Skip(1).Select(Quote));

    /// <summary>Where the report goes.</summary>
    public ReportPaths PathsOf(ParseResult result) =>
        new(result.GetValue(_json), result.GetValue(_csv), result.GetValue(_html));

    /// <summary>Saves a report where it was asked for; what fails is said.</summary>
    public static bool TrySave(BenchmarkReport report, ReportPaths paths)
    {
        try
        {
            foreach (string path in ReportFiles.Save(report, paths))
                Console.Error.WriteLine($"Saved {path}");
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            CommandFault.Tell(ExitCode.Failure, $"the report could not be saved: {exception.Message}");
            return false;
        }
    }

    private static string Quote(string word)
    {
        bool isPlain = word.Length > 0 && word.All(c => char.IsLetterOrDigit(c) || "-_=:/.,+".Contains(c));
        return isPlain ? word : $"'{word.Replace("'", @"'\''", StringComparison.Ordinal)}'";
    }
}
