using System.CommandLine;
using IoMerge.Benchmark.Matrix;
using IoMerge.Benchmark.Matrix.Progress;
using IoMerge.Benchmark.Mounted;
using IoMerge.Benchmark.Origin;
using IoMerge.Benchmark.Output;
using IoMerge.Benchmark.Results;
using IoMerge.Mount.Hosting;

namespace IoMerge.Mount.Commands.Bench;

/// <summary><c>iomerge bench origin</c>: the table of 2013, measured on this machine.</summary>
internal static class OriginCommand
{
    public static Command Create()
    {
        var rounds = new Option<int>("--rounds", "-r")
        {
            Description = "Rounds, each with every field of the table", HelpName = "N",
            DefaultValueFactory = _ => 7,
        };
        rounds.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 1 or > 1000)
                result.AddError("--rounds must be from 1 to 1000.");
        });
        var quick = new Option<bool>("--quick")
        {
            Description = "A look instead of a measurement: each round goes through the file once, not four times",
        };
        var command = new Command("origin",
            "Repeat the table that came with asynchronous direct I/O for FUSE (2013): dd and aio-stress over a tmpfs, "
            + "with the kernel's pieces one by one, concurrent, and merged")
        {
            rounds, quick,
        };
        var output = new ReportOutput(command);
        command.SetAction((result, _) =>
            RunAsync(result.GetValue(rounds), result.GetValue(quick), output.PathsOf(result)));
        return command;
    }

    private static async Task<int> RunAsync(int rounds, bool isQuick, ReportPaths paths)
    {
        if (ReportFiles.Check(paths) is { } unwritable)
            return CommandFault.Tell(ExitCode.Usage, unwritable);
        if (MountedRuns.FindMissingForMounts() is { } missing)
            return CommandFault.Tell(ExitCode.Failure, $"the table cannot be measured: {missing.Why} {missing.WayOut}");
        ProcessSetup.Apply();
        using var stop = new BenchStop();
        bool isTerminal = !Console.IsErrorRedirected;
        MachineFacts machine = MachineProbe.Read(
            ProgramInfo.Version, await ToolVersions.ReadAsync(stop.Token).ConfigureAwait(false));
        var request = new OriginRequest(ReportOutput.CommandText,
            machine, new MountedOptions { Program = Daemon.OwnCommand() }, rounds, isQuick);
        BenchmarkReport report = await ProgressDisplay.RunAsync(
            ReportConsole.Create(Console.Error, !isTerminal), isTerminal, Console.Error,
            progress => OriginBenchmark.RunAsync(request, progress, TimeProvider.System, stop.Token))
            .ConfigureAwait(false);
        Spectre.Console.IAnsiConsole console = ReportConsole.Create(Console.Out, Console.IsOutputRedirected);
        ReportPrinter.Print(console, report);
        GainPrinter.Print(console, report);
        if (!ReportOutput.TrySave(report, paths))
            return ExitCode.Failure;
        return !report.IsComplete ? ExitCode.Interrupted
            : report.LeftOut.Count > 0 ? ExitCode.Failure : ExitCode.Success;
    }
}
