using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using IoMerge.Testing.Processes;
using Org.BouncyCastle.Tls;

namespace IoMerge.Backends.Nbd.Tests.Tls;

/// <summary>The client under test and a server with the same key, at the two ends of a connection.</summary>
internal sealed class KeyPair : IDisposable
{
    /// <summary>No test waits longer for what does not come.</summary>
    internal static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    private readonly TemporaryFolder _folder = new();
    private readonly KeyServer _server;
    private readonly PskTls _client;
    private readonly Socket _serverSocket;

    /// <summary>Connects, and does not speak yet.</summary>
    internal KeyPair(ProtocolVersion version, int suite)
    {
        byte[] key = RandomNumberGenerator.GetBytes(32);
        File.WriteAllText(_folder.File("keys.psk"), $"alice:{Convert.ToHexString(key)}");
        _client = new PskTls(_folder.File("keys.psk"), "alice");
        _server = new KeyServer(key, version, suite);
        using Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        ClientSocket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        ClientSocket.Connect(listener.LocalEndPoint!);
        _serverSocket = listener.Accept();
        Server = new KeyServerProtocol(_serverSocket);
        Raw = new WatchedStream(new NetworkStream(ClientSocket));
    }

    internal Socket ClientSocket { get; }

    /// <summary>What the client's TLS writes to and reads from.</summary>
    internal WatchedStream Raw { get; }

    internal KeyServerProtocol Server { get; }

    /// <summary>Both sides begin TLS.</summary>
    /// <returns>The client's stream.</returns>
    internal async Task<Stream> BeginAsync()
    {
        Task server = Task.Run(() => Server.Accept(_server));
        Stream client = await Task.Run(() => _client.Start(Raw)).WaitAsync(Limit);
        await server.WaitAsync(Limit);
        return client;
    }

    /// <summary>Sends something that is no TLS.</summary>
    internal void SendRaw(byte[] bytes) => _serverSocket.Send(bytes);

    public void Dispose()
    {
        Raw.Release();
        ClientSocket.Dispose();
        _serverSocket.Dispose();
        _folder.Dispose();
    }
}
