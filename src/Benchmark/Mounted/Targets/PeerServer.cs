using IoMerge.Benchmark.Mounted.Programs;
using IoMerge.Benchmark.Mounted.Stores;
using IoMerge.Benchmark.Optimum;
using IoMerge.Scheduler;

namespace IoMerge.Benchmark.Mounted.Targets;

/// <summary>Another FUSE server: a process that shows a file, and is ended by a signal or by unmounting.</summary>
internal sealed class PeerServer : IServer
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    private readonly ServerProcess _process;
    private readonly PreparedStore _store;
    private readonly string _folder;

    private PeerServer(PreparedStore store, string folder, string file, CommandWords command)
    {
        _store = store;
        _folder = folder;
        File = file;
        _process = ServerProcess.Start(command.Within(store.Throttle?.ProcessesFile));
    }

    public string File { get; }

    public long Bytes => _store.Bytes;

    /// <summary>The server and the programs that it started.</summary>
    public IReadOnlyList<int> Processes => [.. ProcessTree.Below(_process.Id)];

    public double? CpuSeconds => Processes.Sum(ProcessCpu.SecondsOf);

    public string? ClientGroup => null;

    public OptimumLimits? Limits => null;

    /// <summary>Starts it, and returns once the file is there in its full size.</summary>
    /// <exception cref="IOException">It could not be started; the message has what it said.</exception>
    public static async Task<PeerServer> StartAsync(
        PreparedStore store, string folder, string file, CommandWords command, CancellationToken stop)
    {
        var server = new PeerServer(store, folder, file, command);
        try
        {
            await server._process.UntilAsync(() => IsThere(file), s_patience, stop).ConfigureAwait(false);
            return server;
        }
        catch
        {
            await server.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public Task<SchedulerSnapshot?> LookAsync(CancellationToken stop) => Task.FromResult<SchedulerSnapshot?>(null);

    public async ValueTask DisposeAsync()
    {
        await Leftovers.UnmountAsync(_folder, CancellationToken.None).ConfigureAwait(false);
        _process.Signal(ServerProcess.SigTerm);
        await _process.EndAsync(s_patience).ConfigureAwait(false);
        await _process.DisposeAsync().ConfigureAwait(false);
        _store.Dispose();
        Workspace.Remove(_folder);
    }

    // Before it is mounted, there is no file, or the empty one that it is mounted over.
    private static bool IsThere(string file)
    {
        try
        {
            return new FileInfo(file) is { Exists: true, Length: > 0 };
        }
        catch (IOException)
        {
            return false;
        }
    }
}
