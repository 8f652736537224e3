using System.CommandLine;
using IoMerge.Backends;
using IoMerge.Benchmark.Matrix;
using IoMerge.Benchmark.Output;
using IoMerge.Benchmark.Replay;
using IoMerge.Benchmark.Results;
using IoMerge.Benchmark.Strategies;
using IoMerge.Mount.Commands.Bench;
using IoMerge.Mount.Configuration;
using IoMerge.Mount.Hosting;
using IoMerge.Scheduler;
using IoMerge.Traces;

namespace IoMerge.Mount.Commands.Replay;

/// <summary><c>iomerge replay</c>: a recorded trace through strategies, on device models or real stores.</summary>
internal static class ReplayCommand
{
    public static Command Create()
    {
        var command = new Command("replay",
            "Send a recorded trace through merge strategies: in virtual time on device models, or to real stores");
        var arguments = new ReplayArguments(command);
        command.SetAction((result, _) => RunAsync(arguments, result));
        return command;
    }

    private static async Task<int> RunAsync(ReplayArguments arguments, ParseResult result)
    {
        ReplayPlan plan;
        try
        {
            plan = Plan(arguments, result);
        }
        catch (FormatException exception)
        {
            return CommandFault.Tell(ExitCode.Usage, exception.Message);
        }
        ReportPaths paths = arguments.PathsOf(result);
        if (ReportFiles.Check(paths) is { } unwritable)
            return CommandFault.Tell(ExitCode.Usage, unwritable);
        ProcessSetup.Apply();
        try
        {
            using var stop = new BenchStop();
            BenchmarkReport report = await ReplayBenchmark.RunAsync(
                plan, new StoreOpener(arguments.Overwrites(result)), Console.Error.WriteLine, TimeProvider.System,
                stop.Token).ConfigureAwait(false);
            ReportPrinter.Print(ReportConsole.Create(Console.Out, Console.IsOutputRedirected), report);
            if (!ReportOutput.TrySave(report, paths))
                return ExitCode.Failure;
            return report.IsComplete ? ExitCode.Success : ExitCode.Interrupted;
        }
        catch (FormatException exception)
        {
            return CommandFault.Tell(ExitCode.Usage, exception.Message);
        }
        catch (Exception exception) when (exception is TraceFormatException or InvalidDataException
            or BackendOpenException or IOException or UnauthorizedAccessException)
        {
            return CommandFault.Tell(ExitCode.Failure, exception.Message);
        }
    }

    private static ReplayPlan Plan(ReplayArguments arguments, ParseResult result)
    {
        string path = arguments.TraceOf(result);
        IReadOnlyList<StrategySpec> strategies = arguments.StrategiesOf(result);
        var reader = new SchedulerOptionsReader();
        return new ReplayPlan
        {
            TraceName = Path.GetFileName(path),
            OpenTrace = () => TraceFiles.Open(path),
            Strategies = [.. strategies.Select(strategy => (strategy.Describe(), Read(reader, strategy)))],
            Models = arguments.ModelsOf(result),
            Stores = arguments.StoresOf(result),
            Options = arguments.OptionsOf(result),
            Machine = MachineProbe.Read(ProgramInfo.Version, []),
            Command = ReportOutput.CommandText,
        };
    }

    private static SchedulerOptions Read(SchedulerOptionsReader reader, StrategySpec strategy)
    {
        try
        {
            return reader.Read(strategy.Settings);
        }
        catch (FormatException exception)
        {
            throw new FormatException($"The strategy \"{strategy.Name}\" is wrong:\n{exception.Message}", exception);
        }
    }
}
