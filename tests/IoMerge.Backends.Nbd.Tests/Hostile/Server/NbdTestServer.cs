using System.Net.Sockets;
using System.Security.Authentication;
using IoMerge.Testing.Processes;

namespace IoMerge.Backends.Nbd.Tests.Hostile.Server;

/// <summary>
/// A small, correct NBD server in memory, on a Unix socket, whose every message goes through a script that may send
/// something else. Independent of the client under test. It can drop its connections and go away and come back.
/// </summary>
internal sealed class NbdTestServer : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly HashSet<Socket> _sockets = [];
    private readonly List<Task> _tasks = [];
    private readonly TaskCompletionSource _gone = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Socket? _listener;
    private static int s_count;

    private int _accepted;
    private int _transmissions;

    /// <summary>Begins to listen.</summary>
    /// <param name="export">What it serves.</param>
    /// <param name="isTls">Whether within TLS only, with certificates.</param>
    internal NbdTestServer(MemoryExport export, bool isTls = false)
    {
        Export = export;
        IsTls = isTls;
        SocketPath = Path.Combine(
            Path.GetTempPath(), $"iomerge-nbd-{Environment.ProcessId}-{Interlocked.Increment(ref s_count)}");
        Appear();
    }

    internal MemoryExport Export { get; }

    internal string SocketPath { get; }

    /// <summary>Where the export is; within TLS where the server is.</summary>
    internal string Uri => IsTls
        ? $"{TlsUri}&tls-certificates={ServerIdentity.Folder}" : $"nbd+unix:///{Export.Name}?socket={SocketPath}";

    /// <summary>The same within TLS, whether the server knows it or not.</summary>
    internal string TlsUri => $"nbds+unix:///{Export.Name}?socket={SocketPath}&tls-hostname={TlsFiles.Host}";

    /// <summary>Whether it is spoken with within TLS only.</summary>
    internal bool IsTls { get; }

    /// <summary>What the messages of the server go through.</summary>
    internal IScript Script { get; set; } = new HonestScript();

    /// <summary>Whether connections take no requests: what a client sends fills the socket and stays there.</summary>
    internal bool IsDeaf { get; set; }

    /// <summary>Ends with the server.</summary>
    internal Task Gone => _gone.Task;

    /// <summary>Connections that were taken so far.</summary>
    internal int Accepted => Volatile.Read(ref _accepted);

    /// <summary>Handshakes that were completed so far.</summary>
    internal int Transmissions => Volatile.Read(ref _transmissions);

    /// <summary>What clients did that the protocol forbids.</summary>
    internal List<string> Violations { get; } = [];

    /// <summary>Requests that were received, without their bytes, all connections together.</summary>
    internal List<ClientRequest> Received { get; } = [];

    internal void Note(List<string> violations)
    {
        lock (_lock)
            Violations.AddRange(violations);
    }

    internal void NoteTransmission() => Interlocked.Increment(ref _transmissions);

    internal void Note(ClientRequest request)
    {
        lock (_lock)
            Received.Add(request with { Payload = [] });
    }

    /// <summary>How often a command was received.</summary>
    internal int CountOf(Command command) => RequestsOf(command).Count;

    /// <summary>The requests of a kind, in the order in which they came.</summary>
    internal IReadOnlyList<ClientRequest> RequestsOf(Command command)
    {
        lock (_lock)
            return [.. Received.Where(received => received.Command == command)];
    }

    /// <summary>Ends all connections, as a crash does.</summary>
    internal void Drop()
    {
        lock (_lock)
        {
            foreach (Socket socket in _sockets)
                socket.Dispose();
            _sockets.Clear();
        }
    }

    /// <summary>Listens no longer and ends all connections.</summary>
    internal void Vanish()
    {
        lock (_lock)
        {
            _listener?.Dispose();
            _listener = null;
            File.Delete(SocketPath);
        }
        Drop();
    }

    /// <summary>Listens no longer, and has noted all that clients did.</summary>
    internal async Task VanishAsync()
    {
        Vanish();
        await ServedAsync();
    }

    /// <summary>Loses its power: nothing of what was not flushed is there when it listens again.</summary>
    internal async Task CrashAsync()
    {
        await VanishAsync();
        Export.Crash();
        Appear();
    }

    /// <summary>Listens, again.</summary>
    internal void Appear()
    {
        lock (_lock)
        {
            _listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            _listener.Bind(new UnixDomainSocketEndPoint(SocketPath));
            _listener.Listen(128);
            _tasks.Add(AcceptAsync(_listener));
        }
    }

    public async ValueTask DisposeAsync()
    {
        Vanish();
        _gone.SetResult();
        await ServedAsync();
    }

    private async Task ServedAsync()
    {
        Task[] tasks;
        lock (_lock)
            tasks = [.. _tasks];
        await Task.WhenAll(tasks).WaitAsync(TimeSpan.FromMinutes(1));
    }

    private async Task AcceptAsync(Socket listener)
    {
        while (true)
        {
            try
            {
                Socket socket = await listener.AcceptAsync();
                lock (_lock)
                {
                    // Vanished meanwhile: it must not outlive that.
                    if (!ReferenceEquals(listener, _listener))
                    {
                        socket.Dispose();
                        return;
                    }
                    Interlocked.Increment(ref _accepted);
                    _sockets.Add(socket);
                    _tasks.Add(Task.Run(() => ServeAsync(socket)));
                }
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        List<string> violations = [];
        try
        {
            using ServerConnection connection = new(this, socket, violations);
            await connection.RunAsync();
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException
            or AuthenticationException)
        {
            // The client has left, or a test has ended the connection.
        }
        Note(violations);
        lock (_lock)
            _sockets.Remove(socket);
        socket.Dispose();
    }
}
