using System.Net.Sockets;
using IoMerge.Backends.Nbd.Tests.Hostile;
using IoMerge.Testing;
using IoMerge.Testing.Processes;

namespace IoMerge.Backends.Nbd.Tests.Reconnect;

/// <summary>
/// nbdkit's pause filter: a server that takes connections and requests, and answers none of these until it is told to
/// go on. Where connections are given up meanwhile it is within TLS: outside, nbdkit (1.32) ends itself when it then
/// answers one that is closed.
/// </summary>
public sealed class PauseTests : IDisposable
{
    private const int Count = 40;
    private const int Piece = 20_000;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(TlsProof.None)]
    [InlineData(TlsProof.Key)]
    public async Task APause_ShorterThanTheTimeout_IsWaitedForOnTheSameConnections(TlsProof proof)
    {
        using NbdServer server = Start(proof);
        await using NbdBackend store = Open(server, 60_000, 60_000);
        Until.True(() => store.Statistics.Connections == 4, () => $"There are {store.Statistics.Connections}.");
        Say('p');

        IoProbe[] probes = Submit(store);
        Say('r');

        await AssertAnsweredAsync(store, probes);
        Assert.Equal((0, 0), (store.Statistics.Reconnects, store.Statistics.Replays));
    }

    [Theory]
    [InlineData(TlsProof.Certificates)]
    [InlineData(TlsProof.Key)]
    public async Task APause_LongerThanTheTimeout_CostsConnectionsAndNoRequest(TlsProof proof)
    {
        using NbdServer server = Start(proof);
        await using NbdBackend store = Open(server, 1500, 120_000);
        Say('p');

        IoProbe[] probes = Submit(store);
        // It connects again, and is in vain given its requests again.
        Until.True(() => store.Statistics.Reconnects >= 5, () => $"Only {store.Statistics.Reconnects} connections.");
        Assert.All(probes, probe => Assert.Equal(0, probe.Completions));
        Say('r');

        await AssertAnsweredAsync(store, probes);
    }

    [Fact]
    public async Task APause_LongerThanAllTime_EndsInTheConfiguredErrorAndIsOverAfterwards()
    {
        using NbdServer server = Start(TlsProof.Certificates);
        await using NbdBackend store = Open(server, 1500, 600);
        Say('p');

        IoProbe[] probes = Submit(store);
        foreach (IoProbe probe in probes)
        {
            await probe.Ended();
            Assert.Equal((Errno.ETIMEDOUT, 1), (probe.Error, probe.Completions));
        }
        Say('r');

        Until.True(() => PersistentFaultTests.Serves(store), () => "It goes on and is not served from.");
        Array.ForEach(probes, probe => probe.Dispose());
    }

    private static NbdBackend Open(NbdServer server, int requestMs, int reconnectMs) =>
        NbdBackend.Open(new NbdBackendOptions
        {
            Uri = server.Uri,
            RequestTimeoutMs = requestMs,
            ReconnectTimeoutMs = reconnectMs,
            FailErrno = NbdFailErrno.ETIMEDOUT,
        });

    private static IoProbe[] Submit(NbdBackend store)
    {
        IoProbe[] probes = [.. Enumerable.Range(0, Count).Select(i => i % 2 == 0
            ? IoProbe.Read(i * Piece, Piece) : IoProbe.Write(i * Piece, Data(i)))];
        Array.ForEach(probes, store.Submit);
        return probes;
    }

    private static async Task AssertAnsweredAsync(NbdBackend store, IoProbe[] probes)
    {
        foreach (IoProbe probe in probes)
        {
            await probe.Ended();
            Assert.Equal((Errno.None, Piece, 1), (probe.Error, probe.Result, probe.Completions));
        }
        for (int i = 0; i < Count; i++)
        {
            using IoProbe read = await IoProbe.Read(i * Piece, Piece).RunAsync(store);
            Assert.Equal(i % 2 == 0 ? new byte[Piece] : Data(i), read.Data);
        }
        Array.ForEach(probes, probe => probe.Dispose());
    }

    private static byte[] Data(int seed)
    {
        byte[] bytes = new byte[Piece];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    private NbdServer Start(TlsProof proof) => NbdServer.Nbdkit(
        proof, "--filter=pause", "memory", "1M", $"pause-control={_folder.File("control")}");

    /// <summary>Tells the filter to pause (p) or to resume (r), and returns once it has.</summary>
    private void Say(char order)
    {
        using Socket control = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        control.Connect(new UnixDomainSocketEndPoint(_folder.File("control")));
        control.Send([(byte)order]);
        byte[] answer = new byte[1];
        Assert.Equal(1, control.Receive(answer));
        Assert.Equal(char.ToUpperInvariant(order), (char)answer[0]);
    }
}
