using System.CommandLine;
using IoMerge.Benchmark.Matrix;
using IoMerge.Benchmark.Matrix.Progress;
using IoMerge.Benchmark.Output;
using IoMerge.Benchmark.Results;
using IoMerge.Benchmark.Runs;
using IoMerge.Mount.Hosting;

namespace IoMerge.Mount.Commands.Bench;

/// <summary><c>iomerge bench</c>: compares merge strategies side by side, and says what each is worth here.</summary>
internal static class BenchCommand
{
    public static Command Create()
    {
        var command = new Command("bench",
            "Compare merge strategies: policies, limits, holds and depths, by workload and store");
        var arguments = new BenchArguments(command);
        command.Add(OriginCommand.Create());
        command.Add(ReportCommand.Create());
        command.SetAction((result, _) => RunAsync(arguments, result));
        return command;
    }

    private static async Task<int> RunAsync(BenchArguments arguments, ParseResult result)
    {
        try
        {
            BenchSettings settings = arguments.Read(result);
            if (settings.IsList)
            {
                BenchList.Write(Console.Out);
                return ExitCode.Success;
            }
            if (ReportFiles.Check(settings.Paths) is { } unwritable)
                return CommandFault.Tell(ExitCode.Usage, unwritable);
            ProcessSetup.Apply();
            using var stop = new BenchStop();
            BenchPlan plan = await BenchPlan.CreateAsync(settings, stop.Token).ConfigureAwait(false);
            await using var disposal = plan.ConfigureAwait(false);
            return Finish(await MeasureAsync(plan.Request, stop.Token).ConfigureAwait(false), settings);
        }
        catch (FormatException exception)
        {
            return CommandFault.Tell(ExitCode.Usage, exception.Message);
        }
        catch (RunException exception)
        {
            return CommandFault.Tell(ExitCode.Failure, exception.Message);
        }
    }

    private static async Task<BenchmarkReport> MeasureAsync(MatrixRequest request, CancellationToken stop)
    {
        bool isTerminal = !Console.IsErrorRedirected;
        TimeSpan least = MatrixBenchmark.LeastTime(request.Plan, request.Stores);
        Console.Error.WriteLine($"This takes {Figure.Span(least)} at the least, without what starting clients and "
            + "filling stores adds; Ctrl-C ends it and keeps what was measured.");
        return await ProgressDisplay.RunAsync(
            ReportConsole.Create(Console.Error, !isTerminal), isTerminal, Console.Error,
            progress => MatrixBenchmark.RunAsync(request, progress, TimeProvider.System, stop)).ConfigureAwait(false);
    }

    private static int Finish(BenchmarkReport report, BenchSettings settings)
    {
        ReportPrinter.Print(ReportConsole.Create(Console.Out, Console.IsOutputRedirected), report);
        if (!ReportOutput.TrySave(report, settings.Paths))
            return ExitCode.Failure;
        return !report.IsComplete ? ExitCode.Interrupted
            : BenchVerdict.IsWhole(report, settings) ? ExitCode.Success : ExitCode.Failure;
    }
}
