using IoMerge.Benchmark.Mounted.Programs;
using IoMerge.Benchmark.Mounted.Stores;
using IoMerge.Benchmark.Optimum;
using IoMerge.Scheduler;

namespace IoMerge.Benchmark.Mounted.Targets;

/// <summary>
/// A real <c>iomerge mount</c> as a process of its own. Its books are read through the file of <c>Mount:Summary</c>,
/// which it writes anew when asked by a signal.
/// </summary>
internal sealed class IomergeServer : IServer
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    private readonly ServerProcess _process;
    private readonly PreparedStore _store;
    private readonly string _folder, _mountPoint, _summary;

    private IomergeServer(PreparedStore store, string folder, string volume, CommandWords command)
    {
        _store = store;
        _folder = folder;
        Volume = volume;
        _mountPoint = MountPointIn(folder);
        _summary = SummaryIn(folder);
        _process = ServerProcess.Start(command.Within(store.Throttle?.ProcessesFile));
    }

    /// <summary>The volume that is driven.</summary>
    public string Volume { get; }

    public string File => Path.Combine(_mountPoint, Volume);

    public long Bytes { get; private set; }

    public IReadOnlyList<int> Processes => [_process.Id];

    public double? CpuSeconds => _process.CpuSeconds;

    public string? ClientGroup => null;

    public OptimumLimits? Limits { get; private set; }

    /// <summary>Mounts, and returns once the volume is there.</summary>
    /// <param name="options">The program, the configuration.</param>
    /// <param name="store">What it serves; belongs to the server from now on.</param>
    /// <param name="settings">Configuration keys and values.</param>
    /// <param name="folder">A folder of its own, removed in the end.</param>
    /// <param name="look">What is to be written down; null for nothing.</param>
    /// <param name="stop">Ends the waiting.</param>
    /// <exception cref="IOException">It could not be started; the message has what it said.</exception>
    public static async Task<IomergeServer> StartAsync(MountedOptions options, PreparedStore store,
        IReadOnlyDictionary<string, string> settings, string folder, LookFiles? look, CancellationToken stop)
    {
        Directory.CreateDirectory(MountPointIn(folder));
        string volume = store.VolumeSpec is null ? store.Name.Volume : "disk";
        List<string> arguments = Arguments(options, store, settings, folder);
        if (look is not null)
            arguments.AddRange(["--record", look.Record]);
        // A volume of a configuration may have decorators of its own; it keeps them, and has no log.
        if (look is not null && store.VolumeSpec is not null)
        {
            string log = $"Volumes:{volume}:Decorators:0";
            arguments.AddRange(["--set", $"{log}:Kind=log", "--set", $"{log}:Path={look.Log}"]);
        }
        var server = new IomergeServer(store, folder, volume, new CommandWords(options.Program[0], arguments));
        try
        {
            await server._process.UntilAsync(
                () => ShowsVolumes(MountPointIn(folder)), s_patience, stop).ConfigureAwait(false);
            var file = new FileInfo(server.File);
            server.Bytes = file.Exists ? Math.Min(file.Length, store.Bytes) : 0;
            if (server.Bytes == 0)
                throw new IOException($"The configuration has no volume {volume}, or it is empty.");
            server.Limits = server.Read().Limits[volume];
            return server;
        }
        catch
        {
            await server.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private static bool ShowsVolumes(string mountPoint)
    {
        try
        {
            return Directory.EnumerateFileSystemEntries(mountPoint).Any();
        }
        catch (IOException)
        {
            // A mount whose server has just died; the process says why.
            return false;
        }
    }

    public async Task<SchedulerSnapshot?> LookAsync(CancellationToken stop)
    {
        long last = Read().Sequence;
        _process.Signal(ServerProcess.SigUsr1);
        await _process.UntilAsync(() => Read().Sequence > last, s_patience, stop).ConfigureAwait(false);
        return Read().Volumes[Volume];
    }

    public async ValueTask DisposeAsync()
    {
        _process.Signal(ServerProcess.SigTerm);
        if (!await _process.EndAsync(s_patience).ConfigureAwait(false))
            await Leftovers.UnmountAsync(_folder, CancellationToken.None).ConfigureAwait(false);
        await _process.DisposeAsync().ConfigureAwait(false);
        _store.Dispose();
        Workspace.Remove(_folder);
    }

    private static List<string> Arguments(MountedOptions options, PreparedStore store,
        IReadOnlyDictionary<string, string> settings, string folder)
    {
        List<string> arguments = [.. options.Program.Skip(1), "mount", MountPointIn(folder),
            "--summary", SummaryIn(folder)];
        if (store.VolumeSpec is { } spec)
            arguments.AddRange(["--volume", "disk=" + spec]);
        else
            arguments.AddRange(["--config", options.ConfigFile!]);
        if (store.Name.IsForeign && !options.MayOverwrite)
            arguments.Add("--read-only");
        foreach ((string key, string value) in settings)
            arguments.AddRange(["--set", $"{key}={value}"]);
        return arguments;
    }

    private MountSummary Read() => MountSummary.Parse(System.IO.File.ReadAllBytes(_summary));

    private static string MountPointIn(string folder) => Path.Combine(folder, "mnt");

    private static string SummaryIn(string folder) => Path.Combine(folder, "summary.json");
}
