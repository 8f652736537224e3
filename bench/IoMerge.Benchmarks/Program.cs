using BenchmarkDotNet.Running;

namespace IoMerge.Benchmarks;

/// <summary>Runs the suite: <c>dotnet run -c Release --project bench/IoMerge.Benchmarks -- --filter '*'</c>.</summary>
internal static class Program
{
    private static void Main(string[] args) => BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
}
