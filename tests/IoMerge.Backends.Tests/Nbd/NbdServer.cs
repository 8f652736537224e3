using System.Net.Sockets;
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
    internal string Uri => $"nbd+unix:///?socket={Path}";

    /// <summary>Its socket.</summary>
    internal string Path => _folder.File("socket");

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
        _process = null;
        System.IO.File.Delete(Path);
    }

    /// <summary>Starts it again.</summary>
    internal void Start()
    {
        _process = _start(Path);
        Until.True(() => _process.HasExited || Listens(), () => $"The server does not listen.\n{_process.Output}");
        if (_process.HasExited)
            throw new InvalidOperationException($"The server has ended.\n{_process.Output}");
    }

    /// <summary>Sends it a signal.</summary>
    internal void Signal(int signal) => _process!.Signal(signal);

    /// <summary>A socket exists a moment before anybody listens.</summary>
    private bool Listens()
    {
        using Socket probe = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            probe.Connect(new UnixDomainSocketEndPoint(Path));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    public void Dispose()
    {
        _process?.Dispose();
        _folder.Dispose();
    }
}
