using System.CommandLine;
using IoMerge.Backends;
using IoMerge.Benchmark.Matrix.Columns;
using IoMerge.Benchmark.Matrix.InProcess;
using IoMerge.Benchmark.Matrix.Workloads;
using IoMerge.Benchmark.Strategies;
using IoMerge.Scheduler;

namespace IoMerge.Mount.Commands.Bench;

/// <summary>The options of <c>iomerge bench</c>: what may be written, and what it means. It runs nothing.</summary>
internal sealed class BenchArguments
{
    private readonly Option<bool> _list = Switch("--list", "Show what can be run, and run nothing");
    private readonly Option<bool> _quick = Switch("--quick", "A look of some minutes instead of a measurement");
    private readonly Option<int?> _rounds = new("--rounds")
    {
        Description = "Rounds, of which the median counts; default 5, with --quick 3", HelpName = "N",
    };

    private readonly Option<double?> _seconds = new("--seconds")
    {
        Description = "Time that each round measures; default 1, with --quick 0.25", HelpName = "S",
    };

    private readonly Option<string[]> _policies = List("--policies", "Policies", "Fifo,Scan");
    private readonly Option<string[]> _levels = List("--merge-levels", "Levels of merging", "Off,Last,All");
    private readonly Option<string[]> _holds = List("--hold", "Ways to wait on purpose", "Off,SelfClocked");
    private readonly Option<string[]> _depths = List("--depths", "Operations in flight", "4,32");
    private readonly Option<string[]> _gaps = List("--gaps", "Gaps that reads bridge", "0,16KiB");
    private readonly Option<string[]> _maxBytes = List("--max-bytes", "Limits of an operation", "128KiB,1MiB");
    private readonly Option<string[]> _strategies = new("--strategy")
    {
        Description = "A strategy beside those of the lists; may be given several times",
        HelpName = StrategySpec.Grammar,
    };

    private readonly Option<string[]> _workloads = new("--workload", "-w")
    {
        Description = "Names of workloads, such as seqread-4k-qd32, or patterns such as 'rand*-qd32'; may be given "
            + "several times", HelpName = "NAME",
    };

    private readonly Option<string[]> _traces = new("--trace")
    {
        Description = "A recorded trace as a workload, sent as fast as it is answered", HelpName = "FILE",
    };

    private readonly Option<string[]> _fioJobs = new("--fio-job")
    {
        Description = "A job file of fio as a workload; needs --mounted", HelpName = "FILE",
    };

    private readonly Option<string[]> _stores = new("--store")
    {
        Description = "Where the bytes are; may be given several times; see --list for all, and for the defaults",
        HelpName = "NAME",
    };

    private readonly Option<string> _size = new("--size")
    {
        Description = "Size of stores that are made, and most that is used of others", HelpName = "SIZE",
        DefaultValueFactory = _ => "256MiB",
    };

    private readonly Option<string> _folder = new("--folder")
    {
        Description = "Where the store named file is made: a folder on the disk in question", HelpName = "DIR",
        DefaultValueFactory = _ => "/var/tmp",
    };

    private readonly Option<bool> _overwrite =
        Switch("--overwrite", "Let stores that hold data be overwritten");

    private readonly Option<string?> _config = new("--config", "-c")
    {
        Description = "The configuration with the volumes of --store config:NAME", HelpName = "FILE",
    };

    private readonly Option<bool> _mounted = Switch("--mounted", "Measure real mounts, with fio");
    private readonly Option<bool> _inProcess = Switch("--in-process", "Measure without FUSE, within this process");
    private readonly Option<bool> _peers = Switch("--peers",
        "Put the bare store, a server that does nothing, and other servers beside the strategies; needs --mounted");

    private readonly Option<bool> _recommend =
        Switch("--recommend", "Name the strategy to choose, and what to put into appsettings.json");

    private readonly ReportOutput _output;

    public BenchArguments(Command command)
    {
        _policies.CompletionSources.Add([.. DispatchPolicyFactory.Names]);
        _levels.CompletionSources.Add(Enum.GetNames<MergeLevel>());
        _holds.CompletionSources.Add(Enum.GetNames<HoldMode>());
        _stores.CompletionSources.Add([.. OwnStores.Names, "nbd-memory", "nbd-delay1ms", "nbd-delay1ms-serial"]);
        _workloads.CompletionSources.Add(_ => WorkloadCatalog.Default.Select(workload => workload.Name));
        foreach (Option option in new Option[]
        {
            _list, _quick, _rounds, _seconds, _policies, _levels, _holds, _depths, _gaps, _maxBytes, _strategies,
            _workloads, _traces, _fioJobs, _stores, _size, _folder, _overwrite, _config, _mounted, _inProcess, _peers,
            _recommend,
        })
        {
            command.Add(option);
        }
        _output = new ReportOutput(command);
        command.Validators.Add(result =>
        {
            if (result.GetValue(_mounted) && result.GetValue(_inProcess))
                result.AddError("--mounted and --in-process exclude each other.");
            if (result.GetValue(_peers) && result.GetValue(_inProcess))
                result.AddError("--peers needs mounts, and --in-process makes none.");
        });
    }

    /// <summary>What was asked for.</summary>
    /// <exception cref="FormatException">A value cannot be understood; the message says which and why.</exception>
    public BenchSettings Read(ParseResult result)
    {
        bool quick = result.GetValue(_quick);
        return new BenchSettings
        {
            IsList = result.GetValue(_list),
            IsQuick = quick,
            Rounds = InRange("--rounds", result.GetValue(_rounds) ?? (quick ? 3 : 5), 1, 1000),
            Seconds = InRange("--seconds", result.GetValue(_seconds) ?? (quick ? 0.25 : 1), 0.01, 3600),
            Grid = new StrategyGrid
            {
                Policies = Split(result.GetValue(_policies)),
                MergeLevels = Split(result.GetValue(_levels)),
                Holds = Split(result.GetValue(_holds)),
                Depths = Split(result.GetValue(_depths)),
                Gaps = Split(result.GetValue(_gaps)),
                MaxBytes = Split(result.GetValue(_maxBytes)),
            },
            Strategies = result.GetValue(_strategies) ?? [],
            Workloads = Split(result.GetValue(_workloads)),
            Traces = result.GetValue(_traces) ?? [],
            FioJobs = result.GetValue(_fioJobs) ?? [],
            Stores = result.GetValue(_stores) ?? [],
            StoreBytes = Size(result.GetValue(_size)!),
            Folder = result.GetValue(_folder)!,
            Overwrite = result.GetValue(_overwrite),
            ConfigFile = result.GetValue(_config),
            Mounted = result.GetValue(_mounted) ? true : result.GetValue(_inProcess) ? false : null,
            Peers = result.GetValue(_peers),
            Recommend = result.GetValue(_recommend),
            Paths = _output.PathsOf(result),
        };
    }

    private static Option<bool> Switch(string name, string description) => new(name) { Description = description };

    private static Option<string[]> List(string name, string description, string example) => new(name)
    {
        Description = $"{description}, such as {example}; each is combined with each of the other lists",
        HelpName = "LIST",
    };

    // What is written with commas, and what is written several times, mean the same.
    private static string[] Split(string[]? values) =>
        [.. (values ?? []).SelectMany(value => value.Split(',', StringSplitOptions.TrimEntries
            | StringSplitOptions.RemoveEmptyEntries)).Distinct(StringComparer.OrdinalIgnoreCase)];

    private static T InRange<T>(string name, T value, T min, T max)
        where T : IComparable<T> => value.CompareTo(min) >= 0 && value.CompareTo(max) <= 0
        ? value : throw new FormatException($"{name} {value} must be from {min} to {max}.");

    private static long Size(string text) =>
        ByteSize.TryParse(text, out ByteSize size) && size >= 1 << 20 && size % (1 << 20) == 0
            ? size : throw new FormatException($"--size \"{text}\" must be a size in whole MiB, such as 256MiB.");
}
