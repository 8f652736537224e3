using Org.BouncyCastle.Tls;

namespace IoMerge.Backends.Nbd.Tests.Tls;

/// <summary>What is agreed on with a server that has the key, and what two threads may do with the stream.</summary>
public sealed class PskStreamTests
{
    private const int Half = 1 << 20;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true, CipherSuite.TLS_AES_128_GCM_SHA256)]
    [InlineData(true, CipherSuite.TLS_CHACHA20_POLY1305_SHA256)]
    [InlineData(false, CipherSuite.TLS_ECDHE_PSK_WITH_AES_128_GCM_SHA256)]
    [InlineData(false, CipherSuite.TLS_ECDHE_PSK_WITH_AES_256_GCM_SHA384)]
    [InlineData(false, CipherSuite.TLS_ECDHE_PSK_WITH_CHACHA20_POLY1305_SHA256)]
    [InlineData(false, CipherSuite.TLS_DHE_PSK_WITH_AES_128_GCM_SHA256)]
    [InlineData(false, CipherSuite.TLS_DHE_PSK_WITH_AES_256_GCM_SHA384)]
    [InlineData(false, CipherSuite.TLS_DHE_PSK_WITH_CHACHA20_POLY1305_SHA256)]
    public async Task Stream_OfASuiteThatIsOffered_CarriesBothWaysAtOnce(bool isTls13, int suite)
    {
        using KeyPair pair = new(isTls13 ? ProtocolVersion.TLSv13 : ProtocolVersion.TLSv12, suite);
        Stream client = await pair.BeginAsync();
        Stream server = pair.Server.Stream;
        byte[] up = Pattern(1);
        byte[] down = Pattern(2);

        // Half way the server changes its keys and wants ours to change, while both ways are busy.
        Task<byte[]> received = Run(() => ReadAll(client));
        Task<byte[]> served = Run(() => ReadAll(server));
        Task sent = Run(() => WriteAll(client, up, () => { }));
        Task answered = Run(() => WriteAll(server, down, () =>
        {
            if (isTls13)
                pair.Server.ChangeKeys();
        }));
        await Task.WhenAll(received, served, sent, answered).WaitAsync(KeyPair.Limit, Cancelled);

        Assert.Equal(down, await received);
        Assert.Equal(up, await served);
        client.WriteByte(7);
        Assert.Equal(7, server.ReadByte());
        Assert.Equal((1, isTls13 ? 1 : 0), (pair.Raw.MostWriters, pair.Server.ClientChanges));
    }

    [Theory]
    [InlineData(CipherSuite.TLS_PSK_WITH_AES_128_GCM_SHA256)]
    [InlineData(CipherSuite.TLS_PSK_WITH_CHACHA20_POLY1305_SHA256)]
    [InlineData(CipherSuite.TLS_ECDHE_PSK_WITH_AES_128_CBC_SHA256)]
    [InlineData(CipherSuite.TLS_DHE_PSK_WITH_AES_128_CBC_SHA)]
    public async Task Server_ThatWantsLess_IsRefused(int suite)
    {
        using KeyPair pair = new(ProtocolVersion.TLSv12, suite);

        NbdProtocolException refusal = await Assert.ThrowsAsync<NbdProtocolException>(pair.BeginAsync);

        Assert.Contains("it says handshake_failure", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("alice", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Alert_ThatFindsTheWriterBusy_IsLeftOut()
    {
        using KeyPair pair = new(ProtocolVersion.TLSv13, CipherSuite.TLS_AES_128_GCM_SHA256);
        Stream client = await pair.BeginAsync();
        pair.Raw.Hold();
        int before = pair.Raw.Writes;
        Task<Exception?> writer = Run(() => Record.Exception(() => client.Write(new byte[100])));
        Assert.True(pair.Raw.WaitForWriter(KeyPair.Limit));

        // The server ends the connection in good order, which asks for an answer.
        pair.Server.Close();
        int received = await Run(() => client.Read(new byte[1])).WaitAsync(KeyPair.Limit, Cancelled);

        Assert.Equal(0, received);
        Assert.Equal((1, before + 1), (pair.Raw.MostWriters, pair.Raw.Writes));
        pair.Raw.Release();
        Exception? end = await writer.WaitAsync(KeyPair.Limit, Cancelled);
        Assert.True(end is null or IOException, $"{end}");
    }

    [Fact]
    public async Task Disposal_OfAConnectionThatIsGone_IsQuiet()
    {
        using KeyPair pair = new(ProtocolVersion.TLSv13, CipherSuite.TLS_AES_128_GCM_SHA256);
        Stream client = await pair.BeginAsync();
        pair.ClientSocket.Shutdown(System.Net.Sockets.SocketShutdown.Both);

        Assert.Null(Record.Exception(client.Dispose));
    }

    [Fact]
    public async Task Receive_OfAnAbortedConnection_IsBroken()
    {
        using KeyPair pair = new(ProtocolVersion.TLSv13, CipherSuite.TLS_AES_128_GCM_SHA256);
        using TlsTransport transport = new(pair.ClientSocket, await pair.BeginAsync());
        Task<nint> receiver = Run(() => Receive(transport));

        transport.Abort();

        Assert.Equal(ITransport.Broken, await receiver.WaitAsync(KeyPair.Limit, Cancelled));
        Assert.Equal(ITransport.Broken, Send(transport));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(20)]
    [InlineData(21)]
    [InlineData(22)]
    [InlineData(23)]
    public async Task Receive_OfWhatIsNoTls_IsBroken(byte type)
    {
        using KeyPair pair = new(ProtocolVersion.TLSv13, CipherSuite.TLS_AES_128_GCM_SHA256);
        using TlsTransport transport = new(pair.ClientSocket, await pair.BeginAsync());
        pair.SendRaw([type, 3, 3, 0, 40, .. Enumerable.Repeat((byte)7, 40)]);

        nint received = await Run(() => Receive(transport)).WaitAsync(KeyPair.Limit, Cancelled);

        Assert.Equal(ITransport.Broken, received);
    }

    private static Task<T> Run<T>(Func<T> action) =>
        Task.Factory.StartNew(action, Cancelled, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private static Task Run(Action action) =>
        Task.Factory.StartNew(action, Cancelled, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private static byte[] Pattern(int seed)
    {
        byte[] bytes = new byte[2 * Half];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    // In uneven pieces, so that records are not the pieces of the other side.
    private static void WriteAll(Stream stream, byte[] bytes, Action halfWay)
    {
        const int Piece = 12_345;
        for (int at = 0; at < bytes.Length; at += Piece)
        {
            if (at <= Half && at + Piece > Half)
                halfWay();
            stream.Write(bytes, at, Math.Min(Piece, bytes.Length - at));
        }
    }

    private static byte[] ReadAll(Stream stream)
    {
        byte[] bytes = new byte[2 * Half];
        stream.ReadExactly(bytes);
        return bytes;
    }

    private static unsafe nint Receive(TlsTransport transport)
    {
        byte* memory = stackalloc byte[64];
        IoSegment segment = new((nint)memory, 64);
        return transport.Receive(&segment, 1);
    }

    private static unsafe nint Send(TlsTransport transport)
    {
        byte* memory = stackalloc byte[64];
        IoSegment segment = new((nint)memory, 64);
        return transport.Send(&segment, 1);
    }
}
