using IoMerge.Testing.Processes;

namespace IoMerge.Backends.Tests.Nbd;

/// <summary>A real NBD server on a Unix domain socket, for one test; it ends with the object.</summary>
internal sealed class NbdServer : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Func<string, ChildProcess> _start;
    private ChildProcess? _process;

    private NbdServer(Func<NbdServer, string, ChildProcess> start)
    {
        _start = socket => start(this, socket);
        Start();
    }

    /// <summary>Where it is.</summary>
    internal string Uri => $"nbd+unix:///?socket={Socket}";

    /// <summary>Its socket.</summary>
    internal string Socket => _folder.File("socket");

    /// <summary>Starts nbdkit with filters, a plugin and their parameters.</summary>
    internal static NbdServer Nbdkit(params string[] arguments) => new((_, socket) =>
        ChildProcess.Start("nbdkit", ["--foreground", "--exit-with-parent", "--unix", socket, .. arguments]));

    /// <summary>Starts qemu-nbd on a raw file of its own.</summary>
    internal static NbdServer Qemu(long size, params string[] arguments) => new((server, socket) =>
    {
        string image = server._folder.File("image");
        using (FileStream file = new(image, FileMode.OpenOrCreate))
            file.SetLength(size);
        return ChildProcess.Start("qemu-nbd",
            ["--persistent", "--shared=16", "--format=raw", "--socket", socket, .. arguments, image]);
    });

    /// <summary>The path of a file of the server's.</summary>
    internal string File(string name) => _folder.File(name);

    /// <summary>Ends it as a loss of power does.</summary>
    internal void Kill()
    {
        _process?.Dispose();
        System.IO.File.Delete(Socket);
    }

    /// <summary>Starts it again.</summary>
    internal void Start()
    {
        _process = _start(Socket);
        Until.True(() => System.IO.File.Exists(Socket) || _process.HasExited,
            () => $"The server has no socket.\n{_process.Output}");
    }

    /// <summary>Sends it a signal.</summary>
    internal void Signal(int signal) => _process!.Signal(signal);

    public void Dispose()
    {
        _process?.Dispose();
        _folder.Dispose();
    }
}
