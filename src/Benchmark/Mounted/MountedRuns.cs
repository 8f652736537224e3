using System.ComponentModel;
using IoMerge.Benchmark.Mounted.Fio;
using IoMerge.Benchmark.Mounted.Programs;
using IoMerge.Benchmark.Mounted.Stores;
using IoMerge.Benchmark.Mounted.Targets;
using IoMerge.Benchmark.Results;
using IoMerge.Benchmark.Runs;

namespace IoMerge.Benchmark.Mounted;

/// <summary>
/// Starts columns of real mounts, bare stores and peers, each over a store of its own that fio drives. What a killed
/// run left is removed first; disposing removes what this one made. Targets are disposed of before it. Not thread-safe.
/// </summary>
public sealed class MountedRuns : IAsyncDisposable
{
    private const string AllRuns = "all mounted runs";

    private readonly MountedOptions _options;
    private readonly Workspace _workspace = new();
    private readonly StoreMaker _stores;
    private readonly TraceLogs _logs;
    private readonly SystemCallCounter _calls;
    private string? _nullfuse;
    private bool _isClean;

    /// <summary>Prepares to start; nothing is touched yet.</summary>
    public MountedRuns(MountedOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _stores = new StoreMaker(options, _workspace);
        _logs = new TraceLogs(_workspace, options.MemoryFolder);
        _calls = new SystemCallCounter(_workspace, options.MemoryFolder);
    }

    /// <summary>What stores a person may name.</summary>
    public static string StoreGrammar => StoreName.Grammar;

    /// <summary>The columns that are not IoMerge: the bare store, the ceiling, the peers.</summary>
    public static IReadOnlyList<StrategyFacts> Others => PeerCatalog.All;

    /// <summary>What a store is; null when the name is none.</summary>
    public static StoreFacts? Describe(string store) => StoreName.Parse(store)?.Facts;

    /// <summary>What no run with fio can do without and is not here; null when all is there.</summary>
    public static LeftOut? FindMissing() => FindMissingForMounts() ?? (ProgramPath.Find("fio") is not null ? null
        : new LeftOut(AllRuns, "fio is not installed.", "Install it: apt-get install -y fio"));

    /// <summary>What no mount can do without, whoever drives it, and is not here; null when all is there.</summary>
    public static LeftOut? FindMissingForMounts()
    {
        if (!Environment.IsPrivilegedProcess)
            return new LeftOut(AllRuns, "They need root: for the mounts, the loop devices and the throttle.",
                "Run the same command with sudo.");
        return File.Exists("/dev/fuse") ? null
            : new LeftOut(AllRuns, "/dev/fuse is not there.", "Load the kernel's module fuse: modprobe fuse");
    }

    /// <summary>Starts a column on a store of its own.</summary>
    /// <param name="strategy">A setting of IoMerge, or one of <see cref="Others"/>.</param>
    /// <param name="store">A store as in <see cref="StoreGrammar"/>.</param>
    /// <param name="stop">Ends the waiting; what was begun is removed.</param>
    /// <exception cref="RunException">It cannot be run here.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public async Task<IRunTarget> StartAsync(StrategyFacts strategy, string store, CancellationToken stop) =>
        FindMissing() is { } missing ? throw new RunException(missing)
            : await StartTargetAsync(strategy, store, stop).ConfigureAwait(false);

    /// <summary>The same, for those who drive it with other programs than fio.</summary>
    internal async Task<DrivenTarget> StartTargetAsync(StrategyFacts strategy, string store, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(strategy);
        StoreName name = StoreName.Parse(store) ?? throw new RunException(new LeftOut(
            $"the store {store}", "There is no such store.", $"Choose from: {StoreName.Grammar}."));
        if (name.Medium == StoreMedium.Configured && _options.ConfigFile is null)
            throw new RunException(new LeftOut($"the store {store}", "No configuration is given.",
                "Name it: --config FILE"));
        if (FindMissingForMounts() is { } missing)
            throw new RunException(missing);
        if (strategy.Kind != StrategyKind.Strategy
            && PeerCatalog.Refuse(strategy, name, program => ProgramPath.Find(program) is not null) is { } refusal)
            throw new RunException(refusal);
        if (strategy.Kind == StrategyKind.Raw && name.IsForeign && !_options.MayOverwrite)
            throw new RunException(new LeftOut($"{strategy.Name} on {name.Text}",
                "fio would write to the image past what keeps it safe.", "Say --overwrite to allow that."));
        bool staysUp = !name.IsForeign;
        RecordedLook? look = strategy.Kind != StrategyKind.Strategy ? null : new RecordedLook(
            _workspace, _options.MemoryFolder,
            (files, stopping) => StartServerAsync(strategy, name, files, stopping));
        var target = new DrivenTarget(strategy, name.Facts,
            stopping => StartServerAsync(strategy, name, null, stopping), _logs, look, _calls, staysUp);
        await target.StartAsync(stop).ConfigureAwait(false);
        return target;
    }

    /// <summary>
    /// What a reader must know about how the system calls of servers are counted here; null when there is nothing to
    /// say.
    /// </summary>
    /// <param name="stop">Ends the trying out.</param>
    public async Task<string?> DescribeSystemCallsAsync(CancellationToken stop) =>
        await _calls.FindAsync(stop).ConfigureAwait(false) switch
        {
            SystemCallCounting.ByPerf => null,
            SystemCallCounting.ByStrace => "System calls per request are counted by strace, because perf does not work "
                + "here (on Debian: apt-get install -y linux-perf). strace stops the server at each call, so more "
                + "requests wait at once and share calls than in the rounds that are compared.",
            _ => "System calls per request are not counted: neither perf nor strace works here "
                + "(on Debian: apt-get install -y linux-perf strace).",
        };

    /// <summary>Removes the folders that are left; targets have removed theirs.</summary>
    public ValueTask DisposeAsync()
    {
        _workspace.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<IServer> StartServerAsync(
        StrategyFacts strategy, StoreName name, LookFiles? look, CancellationToken stop)
    {
        try
        {
            await CleanAsync(stop).ConfigureAwait(false);
            PreparedStore store = strategy.Name == PeerCatalog.Ceiling.Name
                ? new PreparedStore(name, null, null, _options.VolumeBytes)
                : await _stores.MakeAsync(name, stop).ConfigureAwait(false);
            if (strategy.Kind == StrategyKind.Raw)
                return new BareStore(store);
            string folder = _workspace.NewFolder(_options.MemoryFolder);
            Directory.CreateDirectory(Path.Combine(folder, "mnt"));
            return strategy.Kind == StrategyKind.Strategy
                ? await StartIomergeAsync(strategy, store, folder, look, stop).ConfigureAwait(false)
                : await StartPeerAsync(strategy, store, folder, stop).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or Win32Exception)
        {
            throw new RunException(new LeftOut($"{strategy.Name} on {name.Text}", e.Message,
                "The other columns are not affected."), e);
        }
    }

    private async Task<IServer> StartIomergeAsync(
        StrategyFacts strategy, PreparedStore store, string folder, LookFiles? look, CancellationToken stop)
    {
        IomergeServer server = await IomergeServer.StartAsync(
            _options, store, strategy.Settings, folder, look, stop).ConfigureAwait(false);
        bool isUntouched = store.Name.Medium == StoreMedium.Memory
            || store.Name.Medium == StoreMedium.Nbd
            || (store.Name.IsForeign && _options.MayOverwrite);
        return isUntouched ? await FillAsync(server, stop).ConfigureAwait(false) : server;
    }

    // What could not be written before is written through the server: what was never written is read faster.
    private static async Task<IServer> FillAsync(IServer server, CancellationToken stop)
    {
        try
        {
            await FilledFile.OverwriteAsync(server.File, server.Bytes, stop).ConfigureAwait(false);
            return server;
        }
        catch
        {
            await server.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private async Task<IServer> StartPeerAsync(
        StrategyFacts strategy, PreparedStore store, string folder, CancellationToken stop)
    {
        string nullfuse = strategy.Name == PeerCatalog.Ceiling.Name || strategy.Name == PeerCatalog.Plain.Name
            ? _nullfuse ??= await Nullfuse.BuildAsync(_workspace.NewFolder(_options.MemoryFolder), stop)
                .ConfigureAwait(false)
            : "";
        (CommandWords command, string file) = PeerCatalog.CommandOf(strategy, store, nullfuse, folder);
        if (strategy.Name == PeerCatalog.Qemu.Name)
            await File.WriteAllBytesAsync(file, [], stop).ConfigureAwait(false);
        PeerServer server = await PeerServer.StartAsync(store, folder, file, command, stop).ConfigureAwait(false);
        bool isUntouched = store.Name.Medium == StoreMedium.Nbd && strategy.Kind == StrategyKind.Peer;
        return isUntouched ? await FillAsync(server, stop).ConfigureAwait(false) : server;
    }

    private async Task CleanAsync(CancellationToken stop)
    {
        if (_isClean)
            return;
        await Leftovers.CleanAsync([_options.MemoryFolder, _options.DiskFolder], stop).ConfigureAwait(false);
        _isClean = true;
    }
}
