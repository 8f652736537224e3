using IoMerge.Benchmark.Matrix;
using IoMerge.Benchmark.Matrix.Columns;
using IoMerge.Benchmark.Matrix.InProcess;
using IoMerge.Benchmark.Matrix.Rounds;
using IoMerge.Benchmark.Matrix.Workloads;
using IoMerge.Benchmark.Mounted;
using IoMerge.Benchmark.Results;
using IoMerge.Benchmark.Runs;
using IoMerge.Mount.Configuration;
using IoMerge.Mount.Hosting;
using IoMerge.Scheduler;

namespace IoMerge.Mount.Commands.Bench;

/// <summary>
/// Makes what the command line asks for ready to run: columns, rows, stores, and what is known from the beginning not
/// to run. It runs nothing.
/// </summary>
internal sealed class BenchPlan : IAsyncDisposable
{
    // Long enough for queues to fill and code to be compiled, short beside what is measured.
    private const double WarmUpPart = 0.25;
    private static readonly RoundOptions s_look =
        new(TimeSpan.FromMilliseconds(150), TimeSpan.FromMilliseconds(50), Watch: true);
    // A mount is asked for its books every 20 ms.
    private static readonly RoundOptions s_mountedLook =
        new(TimeSpan.FromMilliseconds(500), TimeSpan.FromMilliseconds(100), Watch: true);

    private static readonly string s_others = string.Join(", ", MountedRuns.Others.Select(other => other.Name));

    private readonly List<LeftOut> _leftOut = [];
    private MountedRuns? _runs;

    private BenchPlan(BenchSettings settings, bool mounted, LeftOut? missing, IReadOnlyList<string> tools)
    {
        if (missing is not null)
            _leftOut.Add(missing);
        Request = Prepare(settings, mounted, tools);
    }

    /// <summary>The stores of mounted runs when none is named.</summary>
    public static IReadOnlyList<string> MountedStores { get; } = ["memory", "tmpfs", "file", "loop-1000iops"];

    /// <summary>What is to be run.</summary>
    public MatrixRequest Request { get; private set; }

    /// <summary>Prepares it.</summary>
    /// <exception cref="FormatException">Something is written wrongly.</exception>
    /// <exception cref="RunException">Nothing but mounts was asked for, and none can be made here.</exception>
    public static async Task<BenchPlan> CreateAsync(BenchSettings settings, CancellationToken stop)
    {
        LeftOut? missing = MountedRuns.FindMissing();
        if (missing is not null && settings.Mounted == true)
            throw new RunException(missing);
        bool mounted = settings.Mounted ?? missing is null;
        IReadOnlyList<string> tools = mounted ? await ToolVersions.ReadAsync(stop).ConfigureAwait(false) : [];
        // Who asked for runs in this process misses nothing.
        LeftOut? leftOut = settings.Mounted is not null || missing is null ? null
            : settings.Peers ? missing with { What = $"{missing.What}, and beside them {s_others}" } : missing;
        var plan = new BenchPlan(settings, mounted, leftOut, tools);
        // Without looks nothing is counted.
        if (plan._runs is { } runs && plan.Request.Plan.Look is not null
            && await runs.DescribeSystemCallsAsync(stop).ConfigureAwait(false) is { } note)
            plan.Request = plan.Request with { Notes = [.. plan.Request.Notes, note] };
        return plan;
    }

    public ValueTask DisposeAsync() => _runs?.DisposeAsync() ?? ValueTask.CompletedTask;

    private MatrixRequest Prepare(BenchSettings settings, bool mounted, IReadOnlyList<string> tools)
    {
        IReadOnlyList<(StrategyFacts Facts, SchedulerOptions Options)> columns =
            StrategyColumns.Choose(settings.Grid, settings.Strategies, new SchedulerOptionsReader());
        TimeSpan duration = TimeSpan.FromSeconds(settings.Seconds);
        IReadOnlyList<WorkloadSpec> workloads = Workloads(settings, mounted);
        IReadOnlyList<IStorePlan> stores = mounted ? Mounted(settings, columns) : InProcess(settings, columns);
        return new MatrixRequest
        {
            Command = ReportOutput.CommandText,
            Machine = MachineProbe.Read(ProgramInfo.Version, tools),
            Plan = new MatrixPlan
            {
                Workloads = workloads,
                Rounds = settings.Rounds,
                Round = new RoundOptions(duration, duration * WarmUpPart),
                // A look at a mount is a mount of its own, which takes seconds.
                Look = !mounted ? s_look : settings.IsQuick ? null : s_mountedLook,
            },
            Stores = stores,
            LeftOut = _leftOut,
            Notes = mounted ? [] :
            [
                "Measured in process, without FUSE and the kernel: compare columns, not with figures of a mount. The "
                + "processor time of a request includes its client.",
            ],
            Recommend = settings.Recommend,
        };
    }

    private IReadOnlyList<WorkloadSpec> Workloads(BenchSettings settings, bool mounted)
    {
        List<WorkloadSpec> files = [.. settings.Traces.Select(FileWorkload.OfTrace)];
        foreach (WorkloadSpec job in settings.FioJobs.Select(FileWorkload.OfFioJob))
        {
            if (mounted)
                files.Add(job);
            else
                _leftOut.Add(new LeftOut(
                    job.Name, "A job file needs fio, and fio needs a mount.", "Use --mounted, as root."));
        }
        if (settings.Workloads.Count > 0)
            return [.. WorkloadCatalog.Select(settings.Workloads), .. files];
        if (files.Count > 0 || settings.FioJobs.Count > 0)
            return files;
        return settings.IsQuick ? WorkloadCatalog.Quick : WorkloadCatalog.Default;
    }

    private List<IStorePlan> Mounted(
        BenchSettings settings, IReadOnlyList<(StrategyFacts Facts, SchedulerOptions Options)> columns)
    {
        _runs = new MountedRuns(new MountedOptions
        {
            Program = Daemon.OwnCommand(),
            DiskFolder = Path.GetFullPath(settings.Folder),
            VolumeBytes = settings.StoreBytes,
            ConfigFile = settings.ConfigFile,
            MayOverwrite = settings.Overwrite,
        });
        StrategyFacts[] all = [.. columns.Select(column => column.Facts), .. settings.Peers ? MountedRuns.Others : []];
        IEnumerable<string> names = settings.Stores.Count > 0 ? settings.Stores
            : settings.IsQuick ? MountedStores.Where(name => name != "tmpfs") : MountedStores;
        return [.. names.Distinct().Select(name => new MountedStore(_runs, name, all))];
    }

    private List<IStorePlan> InProcess(
        BenchSettings settings, IReadOnlyList<(StrategyFacts Facts, SchedulerOptions Options)> columns)
    {
        var stores = new BenchStores(settings, columns);
        IEnumerable<string> names = settings.Stores.Count > 0 ? settings.Stores
            : settings.IsQuick ? OwnStores.Names.Where(name => name != "tmpfs") : OwnStores.Names;
        var found = new List<IStorePlan>();
        foreach (string name in names.Distinct())
        {
            try
            {
                found.Add(stores.Find(name));
            }
            catch (RunException exception)
            {
                _leftOut.Add(exception.LeftOut);
            }
        }
        return found;
    }
}
