using IoMerge.Backends.Nbd;
using IoMerge.Testing;
using IoMerge.Testing.Processes;

namespace IoMerge.Backends.Tests.Nbd;

/// <summary>A server that goes away, comes back, stands still or is another one.</summary>
/// <param name="proof">What its connections are within.</param>
public abstract class NbdRecoveryTests(TlsProof proof) : IAsyncLifetime
{
    private const int Piece = 10_000;

    private readonly TemporaryFolder _folder = new();
    private readonly Events _events = new();
    private NbdServer? _server;
    private NbdBackend? _store;

    public ValueTask InitializeAsync()
    {
        SetSize(1 << 20);
        _server = NbdServer.Nbdkit(proof, "file", _folder.File("image"));
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        if (_store is not null)
            await _store.DisposeAsync();
        _server?.Dispose();
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task RequestsInFlight_WhenTheServerIsKilledAndComesBack_AreSentAgainAndAnswered()
    {
        const int Count = 60;
        NbdBackend store = Open();
        await store.WriteAsync(0, Stores.Pattern(Count * Piece, 1));
        Assert.Equal((Errno.None, 0), await store.DoAsync(IoKind.Flush, 0));
        Until.True(() => store.Statistics.Connections == 4, () => $"There are {store.Statistics.Connections}.");
        _server!.Stop();
        IoProbe[] probes = [.. Enumerable.Range(0, Count).Select(i => i % 2 == 0
            ? IoProbe.Read(i * Piece, Piece) : IoProbe.Write(i * Piece, Stores.Pattern(Piece, i)))];
        Array.ForEach(probes, store.Submit);
        _server.Kill();
        _server.Start();

        byte[] expected = Stores.Pattern(Count * Piece, 1);
        for (int i = 0; i < Count; i++)
        {
            await probes[i].Ended();
            Assert.Equal((Errno.None, 1), (probes[i].Error, probes[i].Completions));
            Memory<byte> place = expected.AsMemory(i * Piece, Piece);
            if (i % 2 == 0)
                Assert.Equal(place.ToArray(), probes[i].Data);
            else
                Stores.Pattern(Piece, i).CopyTo(place);
        }
        Assert.Equal(expected, await store.ReadAsync(0, expected.Length));
        Assert.Equal((Errno.None, 0), await store.DoAsync(IoKind.Flush, 0));
        Assert.InRange(store.Statistics.Replays, Count, long.MaxValue);
        Assert.InRange(store.Statistics.Reconnects, 1, 8);
        Array.ForEach(probes, probe => probe.Dispose());
    }

    [Fact]
    public async Task Requests_MadeWhileTheServerIsAway_AreAnsweredWhenItIsBack()
    {
        NbdBackend store = Open();
        await store.WriteAsync(0, Stores.Pattern(4096, 1));
        Assert.Equal((Errno.None, 0), await store.DoAsync(IoKind.Flush, 0));
        _server!.Kill();
        using IoProbe write = IoProbe.Write(4096, Stores.Pattern(4096, 2));
        using IoProbe read = IoProbe.Read(0, 4096);
        store.Submit(write);
        store.Submit(read);
        _server.Start();
        await write.Ended();
        await read.Ended();
        Assert.Equal((Errno.None, Errno.None), (write.Error, read.Error));
        Assert.Equal(Stores.Pattern(4096, 1), read.Data);
        Assert.Equal(Stores.Pattern(4096, 2), await store.ReadAsync(4096, 4096));
        Assert.Equal((Errno.None, 0), await store.DoAsync(IoKind.Flush, 0));
        Assert.True(store.Statistics.Reconnects > 0);
    }

    [Fact]
    public async Task Flush_AfterAcknowledgedWritesWereLost_SaysSoOnce()
    {
        NbdBackend store = Open();
        await store.WriteAsync(0, Stores.Pattern(4096, 1));
        _server!.Kill();
        _server.Start();
        Until.True(() => store.Statistics.Reconnects > 0, () => "no reconnect");
        await store.WriteAsync(4096, Stores.Pattern(4096, 2));
        Assert.Equal((Errno.EIO, 0), await store.DoAsync(IoKind.Flush, 0));
        Assert.Equal((Errno.None, 0), await store.DoAsync(IoKind.Flush, 0));
        Assert.Equal(1, _events.WritesLost);
    }

    [Fact]
    public async Task Flush_InFlightWhenTheServerDies_TellsOfTheLossInsteadOfTheNext()
    {
        NbdBackend store = Open();
        await store.WriteAsync(0, Stores.Pattern(4096, 1));
        _server!.Stop();
        using IoProbe flush = IoProbe.Flush();
        store.Submit(flush);
        _server.Kill();
        _server.Start();
        await flush.Ended();
        Assert.Equal(Errno.EIO, flush.Error);
        Assert.Equal((Errno.None, 0), await store.DoAsync(IoKind.Flush, 0));
    }

    [Fact]
    public async Task Flush_AfterFlushedAndDurableWritesOnly_SucceedsAcrossARestart()
    {
        NbdBackend store = Open();
        await store.WriteAsync(0, Stores.Pattern(4096, 1));
        Assert.Equal((Errno.None, 0), await store.DoAsync(IoKind.Flush, 0));
        await store.WriteAsync(4096, Stores.Pattern(4096, 2), IoFlags.DataSync);
        _server!.Kill();
        _server.Start();
        Until.True(() => store.Statistics.Reconnects > 0, () => "no reconnect");
        Assert.Equal((Errno.None, 0), await store.DoAsync(IoKind.Flush, 0));
        Assert.Equal(0, _events.WritesLost);
    }

    [Fact]
    public async Task Requests_WhenTheServerStaysAway_EndWithTheErrorThatWasAskedFor()
    {
        NbdBackend store = Open(reconnectMs: 50, fail: NbdFailErrno.ETIMEDOUT);
        _server!.Kill();
        using IoProbe read = await IoProbe.Read(0, 4096).RunAsync(store);
        Assert.Equal(Errno.ETIMEDOUT, read.Error);
        Assert.Equal((Errno.ETIMEDOUT, 0), await store.DoAsync(IoKind.Flush, 0));
        Assert.True(store.Statistics.IsLost);
        _server.Start();
        Until.True(() => !store.Statistics.IsLost, () => "it is not found again");
        Assert.Equal(new byte[4096], await store.ReadAsync(0, 4096));
    }

    [Fact]
    public async Task Requests_WhenTheServerStandsStill_EndWithTheError_AndGoOnLater()
    {
        NbdBackend store = Open(reconnectMs: 200, requestMs: 200);
        _server!.Stop();
        using IoProbe read = await IoProbe.Read(0, 4096).RunAsync(store);
        Assert.Equal(Errno.EIO, read.Error);
        _server.Signal(NbdServer.SigCont);
        Until.True(() => !store.Statistics.IsLost, () => "it is not found again");
        Assert.Equal(new byte[4096], await store.ReadAsync(0, 4096));
    }

    [Fact]
    public async Task Size_WhenTheExportHasGrown_Grows()
    {
        NbdBackend store = Open();
        _server!.Kill();
        SetSize(2 << 20);
        _server.Start();
        Until.True(() => store.Size == 2 << 20, () => $"the size is {store.Size}");
        await store.WriteAsync((2 << 20) - 10, new byte[10]);
    }

    [Fact]
    public async Task Requests_WhenTheExportHasShrunk_EndWithEio()
    {
        NbdBackend store = Open();
        _server!.Kill();
        SetSize(1 << 19);
        _server.Start();
        using IoProbe read = await IoProbe.Read(0, 4096).RunAsync(store);
        Assert.Equal(Errno.EIO, read.Error);
        Assert.Contains("bytes", _events.Changed, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Disposal_WhileTheServerIsAway_Ends()
    {
        NbdBackend store = Open();
        _server!.Kill();
        Until.True(() => store.Statistics.Connections == 0, () => "connections are left");
        await store.DisposeAsync().AsTask().WaitAsync(
            TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
        Assert.Equal(0, store.Statistics.Connections);
    }

    private void SetSize(long size)
    {
        using FileStream file = new(_folder.File("image"), FileMode.OpenOrCreate);
        file.SetLength(size);
    }

    private NbdBackend Open(
        int reconnectMs = 60_000, int requestMs = 60_000, NbdFailErrno fail = NbdFailErrno.EIO) =>
        _store = NbdBackend.Open(
            new NbdBackendOptions
            {
                Uri = _server!.Uri, ReconnectTimeoutMs = reconnectMs, RequestTimeoutMs = requestMs, FailErrno = fail,
            },
            _events);

    private sealed class Events : INbdEvents
    {
        private int _writesLost;

        internal int WritesLost => Volatile.Read(ref _writesLost);

        internal string Changed { get; private set; } = "";

        public void ConnectionLost(string server, string reason)
        {
        }

        public void Unreachable(string server, string reason)
        {
        }

        public void Reconnected(string server, long replays)
        {
        }

        public void GaveUp(string server, Errno error)
        {
        }

        public void ExportChanged(string server, string what) => Changed = what;

        public void Grew(string server, long size)
        {
        }

        public void UnflushedWritesLost(string server) => Interlocked.Increment(ref _writesLost);
    }
}

public sealed class NbdPlainRecoveryTests() : NbdRecoveryTests(TlsProof.None)
{
    [Theory]
    [InlineData("nbd+unix:///x?socket=/nonexistent/socket", "no such socket")]
    [InlineData("nbd://127.0.0.1:1/x", "nothing listens there")]
    public void Open_WithoutAServer_SaysSo(string uri, string cause)
    {
        BackendOpenException e = Assert.Throws<BackendOpenException>(
            () => NbdBackend.Open(new NbdBackendOptions { Uri = uri }));
        Assert.Contains(cause, e.Message, StringComparison.Ordinal);
    }
}

public sealed class NbdCertificatesRecoveryTests() : NbdRecoveryTests(TlsProof.Certificates);

public sealed class NbdKeyRecoveryTests() : NbdRecoveryTests(TlsProof.Key);
