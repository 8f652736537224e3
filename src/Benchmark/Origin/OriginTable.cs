using IoMerge.Benchmark.Results;

namespace IoMerge.Benchmark.Origin;

/// <summary>
/// The table of 2013: its rows, its columns, its figures. It comes with Maxim Patlasov's patches "fuse: process direct
/// IO asynchronously", which made direct I/O arrive as concurrent requests so that user space could merge them.
/// </summary>
internal static class OriginTable
{
    /// <summary>Where the published figures are from.</summary>
    public const string Source = "Maxim Patlasov, \"fuse: process direct IO asynchronously\", 2013";

    /// <summary>Bytes of the file: <c>dd bs=2M count=256</c> and <c>aio-stress -s 512</c>.</summary>
    public const long FileBytes = 512L << 20;

    private const double Mega = 1e6;

    /// <summary>One row.</summary>
    /// <param name="Facts">What the clients do.</param>
    /// <param name="IsRead">Whether they read.</param>
    /// <param name="IsDd">True for dd, false for the pattern of aio-stress.</param>
    /// <param name="Original2013">Bytes per second before the patches.</param>
    /// <param name="Patched2013">Bytes per second with them.</param>
    public sealed record Row(
        WorkloadFacts Facts, bool IsRead, bool IsDd, double Original2013, double Patched2013)
    {
        /// <summary>The program that carries it out.</summary>
        public string Program => IsDd ? "dd" : "fio";

        /// <summary>What the patches gained then.</summary>
        public double Gain2013 => Patched2013 / Original2013;
    }

    /// <summary>The rows.</summary>
    public static IReadOnlyList<Row> Rows { get; } =
    [
        new(new("dd-read", "dd reads 512 MiB in calls of 2 MiB (bs=2M count=256 iflag=direct)."),
            IsRead: true, IsDd: true, 322 * Mega, 382 * Mega),
        new(new("dd-write", "dd writes 512 MiB in calls of 2 MiB (bs=2M count=256 oflag=direct)."),
            IsRead: false, IsDd: true, 277 * Mega, 288 * Mega),
        new(new("aio-read", "The pattern of aio-stress -s 512 -a 4 -b 1 -c 1 -O -o 1, by fio: 64 KiB requests one "
            + "after the other, 64 outstanding, each submitted alone."),
            IsRead: true, IsDd: false, 380 * Mega, 459 * Mega),
        new(new("aio-write", "The pattern of aio-stress -s 512 -a 4 -b 1 -c 1 -O -o 0, by fio: 64 KiB requests one "
            + "after the other, 64 outstanding, each submitted alone."),
            IsRead: false, IsDd: false, 319 * Mega, 353 * Mega),
    ];

    /// <summary>The kernel before the patches.</summary>
    public static StrategyFacts Original { get; } = Column("original",
        "FUSE_ASYNC_DIO off: direct I/O arrives piece after piece, as before 2013; nothing can merge.",
        "Synchronous", isMerged: false);

    /// <summary>The kernel with them, and a server that does not merge.</summary>
    public static StrategyFacts Patched { get; } = Column("patched",
        "FUSE_ASYNC_DIO on, policy None: concurrent requests, each carried out by itself.",
        "AsyncSplit", isMerged: false);

    /// <summary>The two ways in which merging can be set up; the better one stands in the table.</summary>
    public static IReadOnlyList<StrategyFacts> MergedCandidates { get; } =
        [Merged("AsyncSplit"), Merged("Parallel")];

    /// <summary>The published figures as references of a report.</summary>
    public static IReadOnlyList<ReferenceFigure> References { get; } =
    [
        .. Rows.SelectMany(row => (ReferenceFigure[])
        [
            new(row.Facts.Name, Original.Name, row.Original2013, Source),
            new(row.Facts.Name, Patched.Name, row.Patched2013, Source),
        ]),
    ];

    private static StrategyFacts Merged(string directMode) => Column("merged",
        $"FUSE_ASYNC_DIO on, merged with the settings in force, DirectMode {directMode}.", directMode, isMerged: true);

    private static StrategyFacts Column(string name, string description, string directMode, bool isMerged)
    {
        var settings = new Dictionary<string, string> { ["Fuse:DirectMode"] = directMode };
        if (!isMerged)
            settings["Scheduler:Policy"] = "None";
        return new StrategyFacts(name, StrategyKind.Strategy, description, settings);
    }
}
