using IoMerge.Benchmark.Matrix.Columns;
using IoMerge.Benchmark.Matrix.InProcess;
using IoMerge.Benchmark.Matrix.Workloads;
using IoMerge.Benchmark.Mounted;
using IoMerge.Benchmark.Results;
using IoMerge.Benchmark.Runs;
using IoMerge.Benchmark.Strategies;

namespace IoMerge.Mount.Commands.Bench;

/// <summary>Shows what <c>iomerge bench</c> can run.</summary>
internal static class BenchList
{
    /// <summary>Writes the list.</summary>
    public static void Write(TextWriter output)
    {
        output.WriteLine("Strategies that are compared when none is named:");
        foreach (StrategySpec strategy in StrategyColumns.Default)
            output.WriteLine($"  {strategy.Name,-24} {strategy.Describe().Description}");
        output.WriteLine("Others: lists (--policies, --merge-levels, --max-bytes, --gaps, --hold, --depths), or");
        output.WriteLine($"--strategy {StrategySpec.Grammar}");
        output.WriteLine();
        output.WriteLine("Workloads that are run when none is named (q: with --quick):");
        HashSet<string> quick = [.. WorkloadCatalog.Quick.Select(workload => workload.Name)];
        foreach (WorkloadSpec workload in WorkloadCatalog.Default)
        {
            string mark = quick.Contains(workload.Name) ? "q" : " ";
            output.WriteLine($"  {workload.Name,-32}{mark} {workload.Description}");
        }
        output.WriteLine("Any other is named by this grammar; patterns choose from seq and rand, read and write,");
        output.WriteLine("4k to 2m, qd1 to qd128, and the list above:");
        Indent(output, WorkloadName.Grammar);
        output.WriteLine();
        output.WriteLine($"Stores of mounted runs: {MountedRuns.StoreGrammar}");
        output.WriteLine($"By default {string.Join(", ", BenchPlan.MountedStores)}");
        output.WriteLine("Columns beside them with --peers:");
        foreach (StrategyFacts other in MountedRuns.Others)
            output.WriteLine($"  {other.Name,-24} {other.Description}");
        output.WriteLine();
        output.WriteLine($"Stores of runs without a mount; by default {string.Join(", ", OwnStores.Names)}:");
        Indent(output, BenchStores.Grammar);
    }

    private static void Indent(TextWriter output, string text)
    {
        foreach (string line in text.Split('\n'))
            output.WriteLine("  " + line);
    }
}
