using System.Net;
using System.Net.Sockets;
using IoMerge.Testing.Processes;

namespace IoMerge.Backends.Nbd.Tests.Hostile;

/// <summary>A host with several addresses, some of which say nothing: connecting ends, with one that does.</summary>
public sealed class ConnectorTests : IDisposable
{
    private static readonly TimeSpan s_hang = TimeSpan.FromMinutes(1);
    private static readonly IPAddress s_silent = IPAddress.Parse("127.0.0.5");
    private static readonly IPAddress s_mute = IPAddress.Parse("127.0.0.6");
    private readonly List<Socket> _sockets = [];

    [Fact]
    public async Task AnAddressThatSaysNothing_LeavesTimeForTheNext()
    {
        using NbdServer server = NbdServer.NbdkitOnPort("memory", "1M");
        int port = new Uri(server.Uri).Port;
        OpenSilent(port);

        ExportInfo info = await ConnectAsync(port, TimeSpan.FromSeconds(4), s_silent, IPAddress.Loopback);

        Assert.Equal(1 << 20, info.Size);
    }

    [Fact]
    public async Task AddressesThatAllSayNothing_AreGivenUpTogether()
    {
        int port = OpenSilent(0);
        Listen(s_mute, port, backlog: 8);

        NbdProtocolException refusal = await Assert.ThrowsAsync<NbdProtocolException>(
            () => ConnectAsync(port, TimeSpan.FromSeconds(1), s_silent, s_silent, s_mute));

        Assert.Contains("did not answer within 1000 ms", refusal.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _sockets.ForEach(socket => socket.Dispose());

    private static Task<ExportInfo> ConnectAsync(int port, TimeSpan patience, params IPAddress[] addresses)
    {
        Connector connector = new(new NbdAddress { Host = "several", Port = port }, tls: null, (_, _) => addresses);
        return Task.Run(() =>
        {
            connector.Connect(patience, out ExportInfo info).Dispose();
            return info;
        }).WaitAsync(s_hang, TestContext.Current.CancellationToken);
    }

    /// <summary>A place whose queue is full: the kernel does not answer there.</summary>
    private int OpenSilent(int port)
    {
        Socket listener = Listen(s_silent, port, backlog: 0);
        Socket first = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        _sockets.Add(first);
        first.Connect(listener.LocalEndPoint!);
        return ((IPEndPoint)listener.LocalEndPoint!).Port;
    }

    private Socket Listen(IPAddress address, int port, int backlog)
    {
        Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        _sockets.Add(listener);
        listener.Bind(new IPEndPoint(address, port));
        listener.Listen(backlog);
        return listener;
    }
}
