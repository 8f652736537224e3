using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace IoMerge.Backends.Nbd;

/// <summary>Makes connections to one export. Blocks, for no longer than it is told. One call at a time.</summary>
/// <param name="address">Where the export is.</param>
/// <param name="tls">Puts TLS around a connection; null when it stays plain.</param>
/// <param name="resolve">Finds the addresses of a host; null for the system's way.</param>
internal sealed class Connector(
    NbdAddress address, ITls? tls, Func<string, CancellationToken, IPAddress[]>? resolve = null)
{
    // Not 0, which would be any time.
    private static readonly TimeSpan ShortestConnect = TimeSpan.FromMilliseconds(1);

    private readonly Lock _lock = new();
    private Socket? _connecting;
    private bool _isCancelled;
    private bool _isLate;
    private int _attempt;

    /// <summary>The server, for messages.</summary>
    internal string Server => address.Server;

    /// <summary>Connects and agrees with the server.</summary>
    /// <exception cref="NbdProtocolException">It could not be done; the message continues "the server:".</exception>
    internal ITransport Connect(TimeSpan patience, out ExportInfo info)
    {
        int attempt;
        lock (_lock)
            (attempt, _isLate) = (++_attempt, false);
        using Timer deadline = new(_ => Expire(attempt));
        deadline.Change(patience, Timeout.InfiniteTimeSpan);
        try
        {
            Socket socket = OpenSocket(patience);
            try
            {
                return Begin(socket, out info);
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        }
        catch (Exception e) when (e is SocketException or IOException or ObjectDisposedException
            or OperationCanceledException or InvalidOperationException
            || (e is NbdProtocolException && Volatile.Read(ref _isLate)))
        {
            throw new NbdProtocolException(Volatile.Read(ref _isLate)
                ? $"it did not answer within {patience.TotalMilliseconds:0} ms. Check that it runs and is not stopped"
                : Explain(e), e);
        }
        finally
        {
            lock (_lock)
                _connecting = null;
        }
    }

    /// <summary>Makes the present call and all later ones fail at once. Any thread.</summary>
    internal void Cancel()
    {
        lock (_lock)
        {
            _isCancelled = true;
            AbortOwned();
        }
    }

    private ITransport Begin(Socket socket, out ExportInfo info)
    {
        Stream stream = new NetworkStream(socket, ownsSocket: false);
        info = Negotiator.Run(ref stream, address.Export, tls is null ? null : tls.Start);
        return tls is null ? new SocketTransport(socket) : new TlsTransport(socket, stream);
    }

    private Socket OpenSocket(TimeSpan patience)
    {
        if (address.Socket.Length > 0)
        {
            Socket local = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            return Open(local, new UnixDomainSocketEndPoint(address.Socket), patience);
        }
        long began = Stopwatch.GetTimestamp();
        using CancellationTokenSource late = new(patience);
        IPAddress[] found = resolve?.Invoke(address.Host, late.Token)
            ?? Dns.GetHostAddressesAsync(address.Host, late.Token).GetAwaiter().GetResult();
        SocketException? failure = null;
        for (int i = 0; i < found.Length; i++)
        {
            try
            {
                IPAddress ip = found[i];
                Socket remote = new(ip.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                // One that says nothing leaves time for those behind it.
                TimeSpan share = (patience - Stopwatch.GetElapsedTime(began)) / (found.Length - i);
                return Open(remote, new IPEndPoint(ip, address.Port), share);
            }
            catch (SocketException e)
            {
                failure = e;
            }
        }
        throw failure ?? new SocketException((int)SocketError.HostNotFound);
    }

    /// <summary>
    /// Connects by one call that blocks, bounded by the kernel. After an asynchronous call, or once it was made
    /// non-blocking, the runtime watches a socket for good, and every packet would wake two of its threads too.
    /// </summary>
    private Socket Open(Socket socket, EndPoint place, TimeSpan patience)
    {
        try
        {
            lock (_lock)
            {
                // The deadline comes once: who comes after it would wait for ever.
                if (_isCancelled || _isLate)
                    throw new OperationCanceledException();
                _connecting = socket;
            }
            BoundSending(socket, patience > ShortestConnect ? patience : ShortestConnect);
            socket.Connect(place);
            BoundSending(socket, TimeSpan.Zero);
            if (place is IPEndPoint)
                KeepAlive(socket);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>How long connecting may block, and sending; 0 for any time.</summary>
    private static void BoundSending(Socket socket, TimeSpan time)
    {
        // asm-generic/socket.h; the value is a struct timeval
        const int SOL_SOCKET = 1;
        const int SO_SNDTIMEO = 21;
        Span<long> value = [(long)time.TotalSeconds, time.Microseconds + 1000 * time.Milliseconds];
        socket.SetRawSocketOption(SOL_SOCKET, SO_SNDTIMEO, MemoryMarshal.AsBytes(value));
    }

    /// <summary>A host that lost its power says nothing, ever; the kernel asks it while nobody else does.</summary>
    private static void KeepAlive(Socket socket)
    {
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, 10);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, 5);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, 3);
    }

    private void Expire(int attempt)
    {
        lock (_lock)
        {
            // A timer may still go off when its attempt is over.
            if (attempt != _attempt)
                return;
            _isLate = true;
            AbortOwned();
        }
    }

    private void AbortOwned()
    {
        if (_connecting is { } socket)
            SocketEnd.Shutdown(socket);
    }

    private static string Explain(Exception e) => e switch
    {
        SocketException { SocketErrorCode: SocketError.ConnectionRefused } =>
            "nothing listens there. Start it, and check address and port",
        SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.NoData } =>
            "no host has that name. Check it",
        SocketException { SocketErrorCode: SocketError.AccessDenied } =>
            "permission denied. Let this user open the socket",
        SocketException { SocketErrorCode: SocketError.AddressNotAvailable } or
            SocketException { NativeErrorCode: 2 } => "there is no such socket. Start it, and check the path",
        SocketException { SocketErrorCode: SocketError.TimedOut } => "it did not answer. Check that it runs",
        EndOfStreamException or
            IOException { InnerException: SocketException { SocketErrorCode: SocketError.ConnectionReset } } =>
                "it hung up in the middle of the beginning. Its own log may say why",
        OperationCanceledException => "nobody waits for it any more",
        _ => $"{e.Message.TrimEnd('.')}. Check that it runs and can be reached",
    };
}
