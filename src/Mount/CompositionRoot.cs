using IoMerge.Backends;
using IoMerge.Backends.Decorators;
using IoMerge.Backends.Local;
using IoMerge.Backends.Nbd;
using IoMerge.Backends.Rbd;
using IoMerge.Benchmark.Mounted;
using IoMerge.Mount.Configuration;
using IoMerge.Mount.Hosting;
using IoMerge.Mount.Volumes;
using IoMerge.Scheduler;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.Systemd;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace IoMerge.Mount;

/// <summary>
/// Puts the program together: the only place that names concrete backends and decorators, and the only one that knows
/// the container.
/// </summary>
internal static class CompositionRoot
{
    /// <summary>Builds the host of one mount.</summary>
    /// <param name="options">The checked configuration.</param>
    /// <param name="announcer">Who is told that the mount is ready or failed.</param>
    public static IHost BuildHost(IoMergeOptions options, IAnnouncer announcer)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        IServiceCollection services = builder.Services;
        AddServiceManager(services);
        services.Configure<ConsoleLifetimeOptions>(console => console.SuppressStatusMessages = true);
        // Every step of the shutdown has its own bound; one around all would cut the drain short.
        services.Configure<HostOptions>(host => host.ShutdownTimeout = Timeout.InfiniteTimeSpan);
        AddLogging(builder.Logging, options.Logging);
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(options);
        services.AddSingleton(announcer);
        services.AddSingleton<StopSignals>();
        services.AddSingleton<MountRun>();
        services.AddHostedService<MountService>();
        return builder.Build();
    }

    /// <summary>Opens the store of a volume, wraps it, and puts an elevator before it.</summary>
    /// <exception cref="BackendOpenException">The store could not be opened; nothing stays open.</exception>
    public static Volume OpenVolume(VolumeConfiguration volume, TimeProvider time, ILoggerFactory loggers) => new(
        volume.Name, new IoScheduler(OpenStore(volume, time, loggers), volume.Scheduler, time), volume.Options, time);

    /// <summary>Opens the store of a volume and wraps it.</summary>
    /// <exception cref="BackendOpenException">The store could not be opened; nothing stays open.</exception>
    public static IBackend OpenStore(VolumeConfiguration volume, TimeProvider time, ILoggerFactory loggers)
    {
        bool readOnly = volume.Options.ReadOnly;
        IBackend backend = OpenStore(volume.Backend, readOnly, loggers);
        if (backend is DescriptorBackend local)
        {
            ILogger logger = loggers.CreateLogger("IoMerge.Backends." + volume.Backend.Kind);
            StoreLog.TellRefusal(logger, volume.Name, local.EngineRefusal);
            local.Warned += StoreLog.Warnings(logger, volume.Name);
        }
        try
        {
            foreach (ConfiguredKind decorator in volume.Decorators)
                backend = Decorate(backend, decorator, time, loggers);
        }
        catch (BackendOpenException)
        {
            backend.DisposeAsync().AsTask().GetAwaiter().GetResult();
            throw;
        }
        return backend;
    }

    /// <summary>Opens a bare store, as benchmarks do.</summary>
    /// <exception cref="BackendOpenException">The store could not be opened; nothing stays open.</exception>
    public static IBackend OpenStore(StoreSpec store) =>
        OpenStore(store.Backend, store.ReadOnly, NullLoggerFactory.Instance);

    /// <summary>
    /// What exists at a store's place and would be changed by writing to it, for a person; null when there is nothing
    /// to lose.
    /// </summary>
    public static string? FindExistingData(StoreSpec store) => store.Backend.Options switch
    {
        _ when store.ReadOnly => null,
        FileBackendOptions file when File.Exists(file.Path) => $"the file {file.Path}",
        BlockDeviceOptions block => $"the block device {block.Path}",
        NbdBackendOptions nbd => $"the export {nbd.Uri}",
        RbdBackendOptions rbd => $"the RBD image {rbd.Image}",
        _ => null,
    };

    /// <summary>
    /// The first unexpected exception within a volume's store, which means a bug; null when there was none.
    /// </summary>
    public static Exception? FindFault(IBackend backend) => backend switch
    {
        DecoratorBackend decorator => FindFault(decorator.Inner),
        DescriptorBackend store => store.Fault,
        RbdBackend image => image.Fault,
        _ => null,
    };

    /// <summary>What drives a volume's store, for a person: <c>engine IoUring</c>; null when it needs none.</summary>
    public static string? DescribeEngine(IBackend backend) =>
        StateOf(backend).Engine is { } engine ? $"engine {engine}" : null;

    /// <summary>What a volume's store has to tell at its end, for a person; null when it has nothing.</summary>
    public static string? FindStatistics(IBackend backend) => StateOf(backend).Network is { } network
        ? $"NBD: {network.Commands} commands, {network.Reconnects} reconnects, {network.Replays} commands sent again"
        : null;

    /// <summary>What a volume's store says of itself at this moment. Any thread, also after its end.</summary>
    public static StoreState StateOf(IBackend backend) => backend switch
    {
        DecoratorBackend decorator => StateOf(decorator.Inner),
        DescriptorBackend store => new StoreState(store.Engine.ToString(), null),
        NbdBackend { Statistics: var nbd } => new StoreState(null, new NetworkState(
            nbd.Connections, nbd.Reconnects, nbd.Replays, nbd.Commands, nbd.IsLost)),
        _ => new StoreState(null, null),
    };

    /// <summary>The paths on this machine that a volume uses, each with what it is.</summary>
    public static IEnumerable<(string What, string Path)> PathsOf(VolumeConfiguration volume)
    {
        if (StorePath(volume) is { } store)
            yield return ($"the store of volume {volume.Name}", store);
        foreach (LogOptions log in volume.Decorators.Select(d => d.Options).OfType<LogOptions>())
        {
            if (log.Path.Length > 0)
                yield return ($"the log of volume {volume.Name}", log.Path);
        }
    }

    /// <summary>What a store is, for a person: <c>file /srv/disk.img</c>.</summary>
    public static string Describe(VolumeConfiguration volume)
    {
        string? place = volume.Backend.Options switch
        {
            RbdBackendOptions rbd => rbd.Image,
            NbdBackendOptions nbd => nbd.Uri,
            _ => StorePath(volume),
        };
        string around = string.Concat(volume.Decorators.Select(decorator => " + " + decorator.Kind));
        return volume.Backend.Kind + (place is null ? "" : " " + place) + around;
    }

    private static string? StorePath(VolumeConfiguration volume) => volume.Backend.Options switch
    {
        FileBackendOptions file => file.Path,
        BlockDeviceOptions block => block.Path,
        _ => null,
    };

    private static IBackend OpenStore(
        ConfiguredKind kind, bool readOnly, ILoggerFactory loggers) => kind.Options switch
    {
        MemoryBackendOptions memory => MemoryBackend.Create(memory),
        FileBackendOptions file => FileBackend.Open(
            readOnly ? file with { ReadOnly = true, Growable = false, CreateSize = 0 } : file),
        BlockDeviceOptions block => BlockDeviceBackend.Open(readOnly ? block with { ReadOnly = true } : block),
        NbdBackendOptions nbd => NbdBackend.Open(
            readOnly ? nbd with { ReadOnly = true } : nbd, new NbdLog(loggers.CreateLogger("IoMerge.Backends.nbd"))),
        RbdBackendOptions rbd => RbdBackend.Open(
            readOnly ? rbd with { ReadOnly = true } : rbd, loggers.CreateLogger("IoMerge.Backends." + kind.Kind)),
        _ => throw new ArgumentException($"There is no store for {kind.Kind}.", nameof(kind)),
    };

    private static IBackend Decorate(
        IBackend inner, ConfiguredKind decorator, TimeProvider time, ILoggerFactory loggers)
    {
        ILogger logger = loggers.CreateLogger("IoMerge.Backends." + decorator.Kind);
        return DecoratorFactories.Find(decorator.Kind)!.Wrap(inner, decorator.Options, logger, time);
    }

    // The package knows its manager by the parent process only; a manager that left a socket waits to be told all the
    // same, be a wrapper or a container between.
    private static void AddServiceManager(IServiceCollection services)
    {
        services.AddSystemd();
        if (Environment.GetEnvironmentVariable(PipeAnnouncer.NotifyVariable) is not { Length: > 0 }
            || SystemdHelpers.IsSystemdService())
            return;
        services.AddSingleton<ISystemdNotifier, SystemdNotifier>();
        services.AddSingleton<IHostLifetime, SystemdLifetime>();
    }

    private static void AddLogging(ILoggingBuilder logging, LoggingOptions options)
    {
        // The host would tell once more, with a stack trace, what the announcer says in a sentence.
        logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);
        foreach ((string category, LogLevel level) in options.LogLevel)
        {
            if (category == "Default")
                logging.SetMinimumLevel(level);
            else
                logging.AddFilter(category, level);
        }
        logging.AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.TimestampFormat = "yyyy-MM-dd HH:mm:ss ";
        });
        logging.Services.Configure<ConsoleLoggerOptions>(
            console => console.LogToStandardErrorThreshold = LogLevel.Trace);
    }
}
