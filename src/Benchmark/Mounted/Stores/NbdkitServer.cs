using System.ComponentModel;
using IoMerge.Benchmark.Mounted.Programs;
using IoMerge.Benchmark.Results;
using IoMerge.Benchmark.Runs;

namespace IoMerge.Benchmark.Mounted.Stores;

/// <summary>
/// A running nbdkit with a folder of its own, whose name is in its command line: so a later run finds what a killed one
/// left. Disposing ends it and removes the folder.
/// </summary>
internal sealed class NbdkitServer : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    private readonly ServerProcess _process;
    private readonly string _folder;

    private NbdkitServer(ServerProcess process, string folder, string socket)
    {
        _process = process;
        _folder = folder;
        Socket = socket;
    }

    /// <summary>The path of its socket.</summary>
    public string Socket { get; }

    /// <summary>The address of its export.</summary>
    public string Uri => NbdkitStore.UriOf(Socket);

    /// <summary>Starts it, and returns once it may be connected to.</summary>
    /// <param name="store">What it serves.</param>
    /// <param name="folder">A folder of its own; removed in the end, whatever that is.</param>
    /// <param name="bytes">Size of the store.</param>
    /// <param name="stop">Ends the waiting.</param>
    /// <exception cref="RunException">It is not installed, or does not start.</exception>
    public static async Task<NbdkitServer> StartAsync(
        NbdkitStore store, string folder, long bytes, CancellationToken stop)
    {
        string what = $"the store {store.Name}";
        NbdkitServer? server = null;
        try
        {
            if (ProgramPath.Find("nbdkit") is null)
                throw new RunException(new LeftOut(
                    what, "nbdkit is not installed.", "Install it: apt-get install -y nbdkit"));
            string socket = Path.Combine(folder, "nbd.sock"), ready = Path.Combine(folder, "nbdkit.pid");
            server = new NbdkitServer(
                ServerProcess.Start(store.CommandOf(socket, ready, bytes)), folder, socket);
            await server._process.UntilAsync(() => File.Exists(ready), s_patience, stop).ConfigureAwait(false);
            return server;
        }
        catch (Exception e)
        {
            server?.Dispose();
            Workspace.Remove(folder);
            if (e is not (IOException or Win32Exception))
                throw;
            throw new RunException(new LeftOut(what, e.Message,
                "Try what it says; the other stores are not affected."), e);
        }
    }

    public void Dispose()
    {
        _process.Signal(ServerProcess.SigTerm);
        _process.EndAsync(s_patience).GetAwaiter().GetResult();
        _process.DisposeAsync().AsTask().GetAwaiter().GetResult();
        Workspace.Remove(_folder);
    }
}
