using System.CommandLine;
using IoMerge.Mount.Hosting;
using IoMerge.Traces;
using IoMerge.Traces.Conversion;
using IoMerge.Traces.Statistics;

namespace IoMerge.Mount.Commands.Trace;

/// <summary><c>iomerge trace</c>: says what is in a trace, and writes it in another format.</summary>
internal static class TraceCommand
{
    public static Command Create() => new("trace", "Look into a trace of arrivals, or write it in another format")
    {
        CreateInfo(),
        CreateConvert(),
    };

    private static Command CreateInfo()
    {
        var file = new Argument<string>("FILE") { Description = "A recording, an iolog of fio, or CSV" };
        var command = new Command("info", "Say what is in a trace: how much, how fast, what could merge") { file };
        ArgumentRules.RefuseOptions(command, file);
        command.SetAction(result => Guard(() => Inform(result.GetRequiredValue(file))));
        return command;
    }

    private static Command CreateConvert()
    {
        var from = new Argument<string>("IN") { Description = "A recording, an iolog of fio, or CSV" };
        var to = new Argument<string>("OUT") { Description = "The file to make; it must not exist" };
        var format = new Option<string?>("--format", "-f")
        {
            Description = "binary, iolog2, iolog3 or csv; default: by the ending of OUT, .trace, .iolog2, .iolog or "
                + ".csv",
            HelpName = "NAME",
        };
        format.AcceptOnlyFromAmong([.. Enum.GetNames<TraceFormat>().Select(name => name.ToLowerInvariant())]);
        var folder = new Option<string?>("--directory")
        {
            Description = "For an iolog: where fio finds the volumes, as files; goes before their names",
            HelpName = "DIR",
        };
        var command = new Command("convert", "Write a trace in another format") { from, to, format, folder };
        ArgumentRules.RefuseOptions(command, from);
        ArgumentRules.RefuseOptions(command, to);
        command.SetAction(result => Guard(() => Convert(
            result.GetRequiredValue(from), result.GetRequiredValue(to), result.GetValue(format),
            result.GetValue(folder) ?? "")));
        return command;
    }

    private static int Inform(string path)
    {
        TraceFormat format = TraceFiles.FormatOf(path);
        using ITraceSource source = TraceFiles.Open(path);
        var statistics = new TraceStatistics(source.Header.Volumes.Count);
        while (source.TryRead(out TraceRecord record))
            statistics.Add(record);
        Console.Out.Write(TraceSummary.Write(path, format, source.Header, statistics));
        return ExitCode.Success;
    }

    private static int Convert(string from, string to, string? formatName, string folder)
    {
        TraceFormat? format = formatName is null
            ? TraceFormats.FromEnding(to) : Enum.Parse<TraceFormat>(formatName, ignoreCase: true);
        if (format is not { } known)
        {
            return CommandFault.Tell(
                ExitCode.Usage, $"the ending of {to} stands for no format; give one with --format");
        }
        using ITraceSource source = TraceFiles.Open(from);
        ConversionResult result = TraceConversion.Convert(source, to, known, folder);
        Console.Out.WriteLine($"{result.Records} arrivals written to {to}");
        foreach (string loss in result.Losses)
            CommandFault.Warn(loss);
        return ExitCode.Success;
    }

    private static int Guard(Func<int> run)
    {
        try
        {
            return run();
        }
        catch (Exception e) when (e is TraceFormatException or IOException or UnauthorizedAccessException
            or ArgumentException)
        {
            return CommandFault.Tell(ExitCode.Failure, e.Message);
        }
    }
}
