using IoMerge.Backends;
using IoMerge.Benchmark.Matrix.InProcess;
using IoMerge.Benchmark.Matrix.Rounds;
using IoMerge.Benchmark.Mounted;
using IoMerge.Benchmark.Results;
using IoMerge.Benchmark.Runs;
using IoMerge.Mount.Configuration;
using IoMerge.Scheduler;
using Microsoft.Extensions.Logging.Abstractions;

namespace IoMerge.Mount.Commands.Bench;

/// <summary>
/// Finds the stores of runs in this process by their names: those of the benchmark's own, volumes of a configuration,
/// and anything else that can be written as a volume. Nothing is opened before it is needed.
/// </summary>
internal sealed class BenchStores(
    BenchSettings settings, IReadOnlyList<(StrategyFacts Facts, SchedulerOptions Options)> columns)
{
    private const string ConfigPrefix = "config:";

    private readonly StoreOpener _opener = new(settings.Overwrite);
    // What they open they have made themselves.
    private readonly OwnStores _own =
        new(new StoreOpener(overwrite: true), settings.StoreBytes, Path.GetFullPath(settings.Folder));

    /// <summary>What may be written, for people.</summary>
    public static string Grammar => $"""
        {OwnStores.Grammar}: made for the run, --size large
        config:NAME: a volume of --config FILE, with its decorators
        {VolumeSpec.Grammar.Replace("NAME=", "", StringComparison.Ordinal)}
        """;

    /// <summary>Finds a store.</summary>
    /// <exception cref="FormatException">There is no such store; the message says what may be written.</exception>
    /// <exception cref="RunException">It is there for mounted runs only.</exception>
    public IStorePlan Find(string name)
    {
        if (_own.Describe(name) is { } own)
            return new InProcessStore(own, columns, () => _own.Open(name), settings.StoreBytes);
        if (name.StartsWith(ConfigPrefix, StringComparison.Ordinal))
            return Configured(name, name[ConfigPrefix.Length..]);
        if (MountedRuns.Describe(name) is not null)
            throw new RunException(new LeftOut(name, "The store needs a mount.", "Run it with --mounted, as root."));
        if (!name.Contains(':', StringComparison.Ordinal))
            throw new FormatException($"There is no store \"{name}\" for runs without a mount. There are:\n{Grammar}");
        // Read once now, so that a fault is told before anything runs.
        _ = StoreSpec.Parse(name);
        return new InProcessStore(
            new StoreFacts(name, "as it was named"), columns, () => _opener.Open(name), settings.StoreBytes);
    }

    private InProcessStore Configured(string name, string volume)
    {
        if (settings.ConfigFile is null)
            throw new FormatException($"The store {name} needs its configuration: --config FILE");
        var settingsOfVolumes = new CommandLineSettings { ConfigFile = settings.ConfigFile };
        ConfigurationResult result = ConfigurationLoader.Load(settingsOfVolumes);
        if (result.Options is not { } options)
            throw new FormatException(ConfigurationArguments.Explain(result.Faults));
        VolumeConfiguration found = options.Volumes.FirstOrDefault(known => known.Name == volume)
            ?? throw new FormatException($"{settings.ConfigFile} has no volume \"{volume}\", only: "
                + $"{string.Join(", ", options.Volumes.Select(known => known.Name))}");
        return new InProcessStore(
            new StoreFacts(name, CompositionRoot.Describe(found)), columns, () => Open(found), settings.StoreBytes);
    }

    private IBackend Open(VolumeConfiguration volume)
    {
        var store = new StoreSpec(volume.Backend, volume.Options.ReadOnly);
        if (!settings.Overwrite && CompositionRoot.FindExistingData(store) is { } data)
            throw new BackendOpenException($"{data} would be overwritten. Say --overwrite to allow that, or make the "
                + "volume read-only if nothing but reads is to come.");
        return CompositionRoot.OpenStore(volume, TimeProvider.System, NullLoggerFactory.Instance);
    }
}
