using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Engines;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

namespace IoMerge.Benchmarks;

/// <summary>
/// Runs the suite: <c>dotnet run -c Release --project bench/IoMerge.Benchmarks -- --filter '*'</c>. With <c>--tiny</c>
/// every benchmark runs once, in this process, so that a test sees in seconds that none has rotted; the figures mean
/// nothing then.
/// </summary>
internal static class Program
{
    private const string Tiny = "--tiny";

    private static int Main(string[] args)
    {
        bool isTiny = args.Contains(Tiny);
        var switcher = BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly);
        Summary[] summaries = isTiny
            ? [.. switcher.Run(["--filter", "*", .. args.Where(word => word != Tiny)], TinyConfig())]
            : [.. switcher.Run(args)];
        // A benchmark whose setup or run threw has a report without success; one that was not found has none at all.
        bool ran = summaries.Length > 0 && summaries.All(summary => !summary.HasCriticalValidationErrors
            && summary.Reports.All(report => report.Success && report.AllMeasurements.Count > 0));
        int count = summaries.Sum(summary => summary.Reports.Length);
        if (isTiny)
            Console.WriteLine(ran ? $"All {count} benchmarks ran." : "A benchmark failed.");
        return !isTiny || ran ? 0 : 1;
    }

    private static ManualConfig TinyConfig() => ManualConfig.Create(DefaultConfig.Instance)
        .WithOptions(ConfigOptions.StopOnFirstError | ConfigOptions.DisableLogFile | ConfigOptions.JoinSummary)
        .WithArtifactsPath(Directory.CreateTempSubdirectory("iomerge-benchmarks-").FullName)
        .AddJob(Job.Dry.WithStrategy(RunStrategy.Monitoring).WithToolchain(InProcessEmitToolchain.Instance)
            .AsMutator());
}
