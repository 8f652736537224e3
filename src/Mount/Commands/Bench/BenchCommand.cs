using System.CommandLine;
using IoMerge.Benchmark.Matrix;
using IoMerge.Benchmark.Matrix.Columns;
using IoMerge.Benchmark.Matrix.Progress;
using IoMerge.Benchmark.Matrix.Rounds;
using IoMerge.Benchmark.Matrix.Workloads;
using IoMerge.Benchmark.Output;
using IoMerge.Benchmark.Results;
using IoMerge.Benchmark.Runs;
using IoMerge.Mount.Configuration;
using IoMerge.Mount.Hosting;
using IoMerge.Scheduler;
using Spectre.Console;

namespace IoMerge.Mount.Commands.Bench;

/// <summary><c>iomerge bench</c>: compares merge strategies side by side, and says what each is worth here.</summary>
internal static class BenchCommand
{
    // Long enough for queues to fill and code to be compiled, short beside what is measured.
    private const double WarmUpPart = 0.25;
    private static readonly RoundOptions s_look =
        new(TimeSpan.FromMilliseconds(150), TimeSpan.FromMilliseconds(50), Watch: true);

    public static Command Create()
    {
        var command = new Command("bench",
            "Compare merge strategies: policies, limits, holds and depths, by workload and store");
        var arguments = new BenchArguments(command);
        command.SetAction((result, _) => RunAsync(arguments, result));
        return command;
    }

    private static async Task<int> RunAsync(BenchArguments arguments, ParseResult result)
    {
        BenchSettings settings;
        MatrixRequest request;
        try
        {
            settings = arguments.Read(result);
            if (settings.IsList)
            {
                BenchList.Write(Console.Out);
                return ExitCode.Success;
            }
            request = Prepare(settings);
        }
        catch (FormatException exception)
        {
            return Fail(ExitCode.Usage, exception.Message);
        }
        if (ReportFiles.Check(settings.Paths) is { } unwritable)
            return Fail(ExitCode.Usage, unwritable);
        ProcessSetup.Apply();
        BenchmarkReport report = await MeasureAsync(request).ConfigureAwait(false);
        ReportPrinter.Print(ReportConsole.Create(Console.Out, Console.IsOutputRedirected), report);
        if (!TrySave(report, settings.Paths))
            return ExitCode.Failure;
        return !report.IsComplete ? ExitCode.Interrupted
            : report.Cells.Count == 0 ? ExitCode.Failure : ExitCode.Success;
    }

    private static async Task<BenchmarkReport> MeasureAsync(MatrixRequest request)
    {
        using var stop = new BenchStop();
        bool isTerminal = !Console.IsErrorRedirected;
        TimeSpan estimate = MatrixBenchmark.Estimate(request.Plan, request.Stores);
        Console.Error.WriteLine($"This takes about {Figure.Span(estimate)}; Ctrl-C ends it and keeps what was measured.");
        return await ProgressDisplay.RunAsync(ReportConsole.Create(Console.Error, !isTerminal), isTerminal, Console.Error,
            progress => MatrixBenchmark.RunAsync(request, progress, TimeProvider.System, stop.Token)).ConfigureAwait(false);
    }

    private static MatrixRequest Prepare(BenchSettings settings)
    {
        IReadOnlyList<(StrategyFacts Facts, SchedulerOptions Options)> columns =
            StrategyColumns.Choose(settings.Grid, settings.Strategies, new SchedulerOptionsReader());
        TimeSpan duration = TimeSpan.FromSeconds(settings.Seconds);
        var stores = new BenchStores(settings, columns);
        return new MatrixRequest
        {
            Command = "iomerge " + string.Join(' ', Environment.GetCommandLineArgs().Skip(1).Select(Quote)),
            Machine = MachineProbe.Read(ProgramInfo.Version, []),
            Plan = new MatrixPlan
            {
                Workloads = Workloads(settings),
                Rounds = settings.Rounds,
                Round = new RoundOptions(duration, duration * WarmUpPart),
                Look = s_look,
            },
            Stores = [.. settings.Stores.Distinct().Select(stores.Find)],
            Notes =
            [
                "Measured in process, without FUSE and the kernel: compare columns, not with figures of a mount. The "
                + "processor time of a request includes its client.",
            ],
            Recommend = settings.Recommend,
        };
    }

    private static IReadOnlyList<WorkloadSpec> Workloads(BenchSettings settings)
    {
        if (settings.Workloads.Count > 0)
            return WorkloadCatalog.Select(settings.Workloads);
        return settings.IsQuick ? WorkloadCatalog.Quick : WorkloadCatalog.Default;
    }

    private static bool TrySave(BenchmarkReport report, ReportPaths paths)
    {
        try
        {
            foreach (string path in ReportFiles.Save(report, paths))
                Console.Error.WriteLine($"Saved {path}");
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Fail(ExitCode.Failure, $"the report could not be saved: {exception.Message}");
            return false;
        }
    }

    private static string Quote(string word) => word.Length > 0 && word.All(c => char.IsLetterOrDigit(c) || "-_=:/.,+".Contains(c))
        ? word : $"'{word.Replace("'", @"'\''", StringComparison.Ordinal)}'";

    private static int Fail(int exitCode, string message)
    {
        Console.Error.WriteLine("iomerge: " + message);
        return exitCode;
    }
}
