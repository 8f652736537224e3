namespace IoMerge.Testing.Processes;

/// <summary>
/// A real NBD server, nbdkit or qemu-nbd, on a Unix socket in a folder, to be killed and started again. Disposing ends
/// it.
/// </summary>
public sealed class NbdServer : IDisposable
{
    public const int SigCont = 18;

    private const int SigKill = 9;
    private const int SigStop = 19;

    private readonly string _program, _ready;
    private readonly string[] _arguments;
    private TemporaryFolder? _own;
    private ChildProcess? _process;

    private NbdServer(string program, string socket, string ready, string scheme, string[] arguments)
    {
        _program = program;
        _ready = ready;
        _arguments = arguments;
        Socket = socket;
        Uri = $"{scheme}:///?socket={socket}";
        Start();
    }

    /// <summary>The path of its socket.</summary>
    public string Socket { get; }

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

    /// <summary>The same behind TLS.</summary>
    public static NbdServer NbdkitWithTls(TemporaryFolder folder, params IEnumerable<string> arguments) =>
        Nbdkit(folder, "nbds+unix", arguments);

    /// <summary>Starts qemu-nbd, and returns once clients may come.</summary>
    /// <param name="folder">Where its socket goes; one server a folder.</param>
    /// <param name="arguments">Format, image and options.</param>
    public static NbdServer Qemu(TemporaryFolder folder, params IEnumerable<string> arguments)
    {
        string socket = folder.File("nbd.sock"), ready = folder.File("nbd.pid");
        return new NbdServer("qemu-nbd", socket, ready, "nbd+unix",
            ["--persistent", "--shared=0", "--socket", socket, "--pid-file", ready, .. arguments]);
    }

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
        File.Delete(Socket);
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

    private static NbdServer Nbdkit(TemporaryFolder folder, string scheme, IEnumerable<string> arguments)
    {
        string socket = folder.File("nbd.sock"), ready = folder.File("nbd.pid");
        return new NbdServer("nbdkit", socket, ready, scheme,
            ["--foreground", "--unix", socket, "--pidfile", ready, .. arguments]);
    }
}
