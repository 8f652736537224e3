using IoMerge.Benchmark.Results;

namespace IoMerge.Benchmark.Tests.Html;

/// <summary>
/// Reports as a run could have made them, for tests of what is drawn from one. Made up, and the same every time; no
/// figure in it was measured.
/// </summary>
internal static class SampleReport
{
    private static readonly (string Name, StrategyKind Kind, double Merging)[] s_strategies =
    [
        ("raw", StrategyKind.Raw, 0), ("None", StrategyKind.Strategy, 0), ("Fifo/All", StrategyKind.Strategy, 0.6),
        ("Scan/All", StrategyKind.Strategy, 0.7), ("Deadline/Last", StrategyKind.Strategy, 0.4),
        ("Deadline/All", StrategyKind.Strategy, 0.75), ("Deadline/All/hold", StrategyKind.Strategy, 0.95),
        ("nbdfuse", StrategyKind.Peer, 0), ("nullfuse", StrategyKind.Ceiling, 0),
    ];

    /// <summary>A rich report: nine columns, four workloads, two stores, every part filled.</summary>
    public static BenchmarkReport Rich() => Of(
        s_strategies,
        [
            new WorkloadFacts("seqread-4k-qd32", "Reads of 4 KiB one after the other, 32 outstanding."),
            new WorkloadFacts("streams8-write-4k-qd4", "Eight streams that write 4 KiB each, 4 outstanding in each."),
            new WorkloadFacts("mixed70-16k-qd16", "Random reads and writes of 16 KiB, seven to three."),
            new WorkloadFacts("dd-read-2m", "dd reads 2 MiB at a time."),
        ],
        [
            new StoreFacts("loop-1000iops", "A loop device that the kernel holds to 1000 operations per second."),
            new StoreFacts("memory", "A volume in memory."),
        ]) with
    {
        LeftOut =
        [
            new LeftOut("qemu-storage-daemon on every store", "the program is not installed",
                "install it: apt-get install qemu-system-common"),
        ],
        Notes = ["Two cores: figures of workloads with more clients than cores say little about their order."],
        Recommendations =
        [
            new Recommendation("seqread-4k-qd32", "loop-1000iops", "Deadline/All/hold",
                ["30 requests travel in one operation, 94 % of what is possible.", "p99 falls from 34 ms to 1.4 ms."],
                "{\n  \"Scheduler\": {\n    \"Policy\": \"Deadline\",\n"
                    + "    \"Hold\": { \"Mode\": \"SelfClocked\" }\n  }\n}"),
            new Recommendation("mixed70-16k-qd16", "loop-1000iops", "Deadline/All",
                ["Nothing lies side by side, so holding only costs time."],
                "{\n  \"Scheduler\": {\n    \"Policy\": \"Deadline\"\n  }\n}"),
        ],
        References =
        [
            new ReferenceFigure("dd-read-2m", "None", 322e6, "Patlasov, 2013: original"),
            new ReferenceFigure("dd-read-2m", "Deadline/All", 382e6, "Patlasov, 2013: patched"),
        ],
    };

    /// <summary>A report of so many strategies and workloads on three stores.</summary>
    public static BenchmarkReport Large(int strategies, int workloads) => Of(
        [
            .. Enumerable.Range(0, strategies).Select(i =>
                (i == 0 ? "None" : $"Deadline/All/{i}MiB", StrategyKind.Strategy, (double)i / strategies)),
        ],
        [.. Enumerable.Range(0, workloads).Select(i => new WorkloadFacts($"workload-{i}", $"The workload {i}."))],
        [new StoreFacts("memory", "Memory."), new StoreFacts("tmpfs", "A file."), new StoreFacts("loop", "A loop.")]);

    /// <summary>A report without cells.</summary>
    public static BenchmarkReport Empty() => Of([], [], []);

    /// <summary>A cell of which only what is required is there.</summary>
    public static Cell Bare(string strategy, string workload, string store, double iops) => new()
    {
        Strategy = strategy,
        Workload = workload,
        Store = store,
        Kind = RunKind.InProcess,
        Iops = new Measure([iops], iops, iops, iops),
        BytesPerSecond = new Measure([iops * 4096], iops * 4096, iops * 4096, iops * 4096),
    };

    private static BenchmarkReport Of(
        IReadOnlyList<(string Name, StrategyKind Kind, double Merging)> strategies,
        IReadOnlyList<WorkloadFacts> workloads, IReadOnlyList<StoreFacts> stores)
    {
        var random = new Random(7);
        return new BenchmarkReport
        {
            FormatVersion = BenchmarkReport.CurrentFormatVersion,
            Title = "Merge strategies on a throttled loop device and in memory",
            Command = "iomerge bench --stores loop-1000iops,memory --workloads seqread,streams,mixed --rounds 7",
            StartedAt = new DateTimeOffset(2026, 3, 1, 10, 30, 0, TimeSpan.Zero),
            DurationSeconds = 1834,
            IsComplete = true,
            Machine = new MachineFacts("AMD EPYC 7B13", 2, 24L << 30, "Linux 6.1.0-30-amd64", ".NET 10.0.1", "0.1.0",
                ["fio-3.33", "nbdkit 1.32.5"]),
            Strategies =
            [
                .. strategies.Select(strategy => new StrategyFacts(strategy.Name, strategy.Kind,
                    $"What the column {strategy.Name} stands for.", strategy.Kind == StrategyKind.Strategy
                        ? new Dictionary<string, string> { ["Scheduler:Policy"] = strategy.Name.Split('/')[0] } : [])),
            ],
            Workloads = workloads,
            Stores = stores,
            Cells =
            [
                .. stores.SelectMany(store => workloads.SelectMany((workload, row) => strategies.Select(
                    strategy => SampleCell.Of(random, strategy, workload.Name, store.Name, row)))),
            ],
        };
    }
}
