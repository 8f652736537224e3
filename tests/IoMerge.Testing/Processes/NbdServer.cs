namespace IoMerge.Testing.Processes;

/// <summary>
/// A real NBD server, nbdkit or qemu-nbd, on a Unix socket in a folder, to be killed and started again. Disposing ends
/// it.
/// </summary>
public sealed class NbdServer : IDisposable
{
    public const int SigCont = 18;

    private const int SigKill = 9;
    private const int SigTerm = 15;
    private const int SigStop = 19;

    private readonly string _program, _ready;
    private readonly string[] _arguments;
    private TemporaryFolder? _own;
    private ChildProcess? _process;

    private NbdServer(string program, string ready, string uri, string[] arguments)
    {
        _program = program;
        _ready = ready;
        _arguments = arguments;
        Uri = uri;
        Start();
    }

    /// <summary>The path of its socket; empty for one that has a port.</summary>
    public string Socket { get; private init; } = "";

    /// <summary>The address of its nameless export.</summary>
    public string Uri { get; }

    /// <summary>Starts nbdkit, and returns once clients may come.</summary>
    /// <param name="folder">Where its socket goes; one server a folder.</param>
    /// <param name="arguments">Filters, plugin and their parameters.</param>
    public static NbdServer Nbdkit(TemporaryFolder folder, params IEnumerable<string> arguments) =>
        Nbdkit(folder, "nbd+unix", arguments);

    /// <summary>Starts nbdkit in a folder of its own, which goes with it.</summary>
    public static NbdServer Nbdkit(params IEnumerable<string> arguments)
    {
        TemporaryFolder folder = new();
        NbdServer server = Nbdkit(folder, arguments);
        server._own = folder;
        return server;
    }

    /// <summary>Starts nbdkit on a port of this machine's own address, in a folder of its own.</summary>
    public static NbdServer NbdkitOnPort(params IEnumerable<string> arguments)
    {
        TemporaryFolder folder = new();
        using System.Net.Sockets.TcpListener probe = new(System.Net.IPAddress.Loopback, 0);
        probe.Start();
        int port = ((System.Net.IPEndPoint)probe.LocalEndpoint).Port;
        probe.Stop();
        string ready = folder.File("nbd.pid");
        return new NbdServer("nbdkit", ready, $"nbd://127.0.0.1:{port}/",
            ["--foreground", "--ipaddr", "127.0.0.1", "--port", $"{port}", "--pidfile", ready, .. arguments])
        {
            _own = folder,
        };
    }

    /// <summary>The same behind TLS.</summary>
    public static NbdServer NbdkitWithTls(TemporaryFolder folder, params IEnumerable<string> arguments) =>
        Nbdkit(folder, "nbds+unix", arguments);

    /// <summary>Starts nbdkit in a folder of its own with what TLS needs; its address says all that a client needs.
    /// </summary>
    /// <param name="proof">How both sides prove who they are.</param>
    /// <param name="arguments">Filters, plugin and their parameters.</param>
    public static NbdServer Nbdkit(TlsProof proof, params IEnumerable<string> arguments)
    {
        if (proof == TlsProof.None)
            return Nbdkit(arguments);
        TemporaryFolder folder = new();
        NbdServer server = proof == TlsProof.Key ? WithKey(folder, arguments) : WithCertificates(folder, arguments);
        server._own = folder;
        return server;
    }

    /// <summary>Starts qemu-nbd, and returns once clients may come.</summary>
    /// <param name="folder">Where its socket goes; one server a folder.</param>
    /// <param name="arguments">Format, image and options.</param>
    public static NbdServer Qemu(TemporaryFolder folder, params IEnumerable<string> arguments) =>
        Qemu(folder, "nbd+unix", arguments);

    /// <summary>The same behind TLS.</summary>
    public static NbdServer QemuWithTls(TemporaryFolder folder, params IEnumerable<string> arguments) =>
        Qemu(folder, "nbds+unix", arguments);

    /// <summary>Starts qemu-nbd on a raw file of that size, in a folder of its own, which goes with it.</summary>
    public static NbdServer Qemu(long size)
    {
        TemporaryFolder folder = new();
        string image = folder.File("image");
        using (FileStream file = File.Create(image))
            file.SetLength(size);
        NbdServer server = Qemu(folder, "--format=raw", image);
        server._own = folder;
        return server;
    }

    /// <summary>Sends it a signal.</summary>
    public void Signal(int signal) => _process!.Signal(signal);

    /// <summary>Makes it stand still, and returns once every thread of it does.</summary>
    public void Stop()
    {
        Signal(SigStop);
        Until.True(() => Directory.EnumerateDirectories($"/proc/{_process!.Id}/task").All(IsStopped),
            () => $"{_program} does not stand still.");
    }

    /// <summary>Ends it as a crash does.</summary>
    public void Kill()
    {
        _process!.Signal(SigKill);
        _process.WaitForExit();
        _process.Dispose();
        _process = null;
        File.Delete(_ready);
        if (Socket.Length > 0)
            File.Delete(Socket);
    }

    /// <summary>Asks it to end, and returns once it has: what its filters have to say is written then.</summary>
    public void End()
    {
        _process!.Signal(SigTerm);
        _process.WaitForExit();
    }

    /// <summary>Starts it, again.</summary>
    public void Start()
    {
        _process = ChildProcess.Start(_program, _arguments);
        Until.True(() => File.Exists(_ready) || _process.HasExited, () => $"{_program} does not start.");
        if (_process.HasExited)
            throw new InvalidOperationException($"{_program} has ended: {_process.Output}");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _process?.Dispose();
        _own?.Dispose();
    }

    // The state stands behind the name, which may contain anything.
    private static bool IsStopped(string task)
    {
        string stat = File.ReadAllText(Path.Combine(task, "stat"));
        return stat[stat.LastIndexOf(')') + 2] == 'T';
    }

    private static NbdServer Qemu(TemporaryFolder folder, string scheme, IEnumerable<string> arguments)
    {
        string socket = folder.File("nbd.sock"), ready = folder.File("nbd.pid");
        return new NbdServer("qemu-nbd", ready, $"{scheme}:///?socket={socket}",
            ["--persistent", "--shared=0", "--socket", socket, "--pid-file", ready, .. arguments])
        {
            Socket = socket,
        };
    }

    private static NbdServer Nbdkit(TemporaryFolder folder, string scheme, IEnumerable<string> arguments)
    {
        string socket = folder.File("nbd.sock");
        return OnSocket(folder, $"{scheme}:///?socket={socket}", arguments);
    }

    private static NbdServer WithCertificates(TemporaryFolder folder, IEnumerable<string> arguments)
    {
        TlsFiles.MakeCertificates(folder.Path);
        return OnSocket(folder, $"nbds+unix:///?socket={folder.File("nbd.sock")}&tls-certificates={folder.Path}"
            + $"&tls-hostname={TlsFiles.Host}",
            ["--tls=require", "--tls-verify-peer", $"--tls-certificates={folder.Path}", .. arguments]);
    }

    private static NbdServer WithKey(TemporaryFolder folder, IEnumerable<string> arguments)
    {
        string keys = folder.File("keys.psk");
        TlsFiles.MakeKeys(keys);
        return OnSocket(folder, $"nbds+unix://{TlsFiles.User}@/?socket={folder.File("nbd.sock")}&tls-psk-file={keys}",
            ["--tls=require", $"--tls-psk={keys}", .. arguments]);
    }

    private static NbdServer OnSocket(TemporaryFolder folder, string uri, IEnumerable<string> arguments)
    {
        string socket = folder.File("nbd.sock"), ready = folder.File("nbd.pid");
        return new NbdServer("nbdkit", ready, uri,
            ["--foreground", "--unix", socket, "--pidfile", ready, .. arguments])
        {
            Socket = socket,
        };
    }
}
