using System.CommandLine;
using IoMerge.Benchmark.Results;
using IoMerge.Mount.Commands.Bench;
using IoMerge.Testing.Processes;

namespace IoMerge.Mount.Tests.Commands;

/// <summary>When a comparison that lacks something is a failure: when it was named, or began and failed.</summary>
public sealed class BenchVerdictTests
{
    private static readonly string[] s_all =
        ["memory seqread Fifo", "memory seqread Scan", "file seqread Fifo", "file seqread Scan"];

    [Theory]
    [InlineData(true, "", "memory seqread Fifo", "memory seqread Scan")]
    [InlineData(true, "--store memory", "memory seqread Fifo", "memory seqread Scan")]
    [InlineData(false, "--store memory --store file", "memory seqread Fifo", "memory seqread Scan")]
    [InlineData(false, "--store loop", "memory seqread Fifo", "memory seqread Scan")]
    [InlineData(false, "", "memory seqread Fifo")]
    [InlineData(false, "")]
    [InlineData(false, "--peers", "memory seqread Fifo", "memory seqread Scan")]
    [InlineData(true, "--peers", "memory seqread Fifo", "memory seqread Scan", "memory seqread raw")]
    public void WhatIsMissing_IsAFailure_WhenItWasNamedOrBegun(bool isWhole, string line, params string[] cells) =>
        Assert.Equal(isWhole, BenchVerdict.IsWhole(Report(cells), Settings(line)));

    [Fact]
    public void AStoreWithHalfARow_IsNotWhole() =>
        Assert.Equal([true, false, false, false, false], s_all.Prepend("").Select(
            missing => BenchVerdict.IsWhole(Report([.. s_all.Where(cell => cell != missing)]), Settings(""))));

    [Fact]
    public void AJobFileThatDidNotRun_IsAFailure()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("own.fio"), "");
        BenchSettings settings = Settings($"--fio-job {folder.File("own.fio")} --workload seqread");

        Assert.False(BenchVerdict.IsWhole(Report(s_all), settings));
        Assert.True(
            BenchVerdict.IsWhole(Report([.. s_all.Select(cell => cell.Replace("seqread", "own.fio"))]), settings));
    }

    private static BenchSettings Settings(string line)
    {
        var command = new Command("bench");
        var arguments = new BenchArguments(command);
        return arguments.Read(command.Parse(line));
    }

    private static BenchmarkReport Report(string[] cells) => new()
    {
        FormatVersion = BenchmarkReport.CurrentFormatVersion,
        Title = "",
        Command = "",
        StartedAt = DateTimeOffset.UnixEpoch,
        DurationSeconds = 1,
        IsComplete = true,
        Machine = new MachineFacts("", 1, 1, "", "", "", []),
        Strategies = [Column("Fifo"), Column("Scan"), Column("raw", StrategyKind.Raw)],
        Workloads =
            [.. cells.Select(cell => cell.Split(' ')[1]).Distinct().Select(name => new WorkloadFacts(name, ""))],
        Stores = [new StoreFacts("memory", ""), new StoreFacts("file", "")],
        Cells = [.. cells.Select(cell => cell.Split(' ')).Select(names => new Cell
        {
            Store = names[0],
            Workload = names[1],
            Strategy = names[2],
            Kind = RunKind.InProcess,
            Iops = Measure.Of([1]),
            BytesPerSecond = Measure.Of([1]),
        })],
    };

    private static StrategyFacts Column(string name, StrategyKind kind = StrategyKind.Strategy) =>
        new(name, kind, "", new Dictionary<string, string>());
}
