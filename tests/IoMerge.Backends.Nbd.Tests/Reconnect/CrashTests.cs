using IoMerge.Backends.Nbd.Tests.Hostile.Server;
using IoMerge.Testing;
using IoMerge.Testing.Processes;

namespace IoMerge.Backends.Nbd.Tests.Reconnect;

/// <summary>
/// A server that dies under load and comes back. The one of these tests forgets what was not flushed; nbdkit over a
/// file, killed for real, keeps what it has acknowledged.
/// </summary>
public sealed class CrashTests
{
    private const int Crashes = 20;
    private const int Writers = 8;
    private const int Blocks = 32;
    private const int Size = Writers * Blocks * SequencedLoad.BlockSize;

    [Theory]
    [InlineData(1, false)]
    [InlineData(4, false)]
    [InlineData(4, true)]
    public async Task AServerThatLosesItsMemory_TwentyTimesUnderLoad_LosesNothingThatWasFlushed(
        int connections, bool isTls)
    {
        MemoryExport export = new(Size);
        await using NbdTestServer server = new(export, isTls);
        await using NbdBackend store = Open(server.Uri, connections);
        SequencedLoad load = new(store, Writers, Blocks);
        load.Start();

        for (int crash = 0; crash < Crashes; crash++)
        {
            load.WaitForMore(200);
            await server.CrashAsync();
        }

        load.WaitForMore(200);
        await load.StopAsync();
        await load.CheckAllAsync();
        Assert.Empty(server.Violations);
        Assert.InRange(store.Statistics.Reconnects, Crashes, long.MaxValue);
        Assert.InRange(load.GoodFlushes, 1, long.MaxValue);
        Assert.InRange(load.FailedFlushes, 1, long.MaxValue);
    }

    [Theory]
    [InlineData(MemoryExport.AllFlags)]
    [InlineData(MemoryExport.AllFlags & ~Wire.SendFlush)]
    public async Task AnAcknowledgedWrite_NotFlushedWhenTheServerDied_IsReportedByTheNextFlushOnce(int flags)
    {
        MemoryExport export = new(Size) { Flags = (ushort)flags };
        await using NbdTestServer server = new(export);
        await using NbdBackend store = Open(server.Uri, 1);
        using IoProbe safe = await IoProbe.Write(0, [1, 2, 3]).RunAsync(store);
        using IoProbe flushed = await IoProbe.Flush().RunAsync(store);
        using IoProbe written = await IoProbe.Write(4096, [4, 5, 6]).RunAsync(store);

        await server.CrashAsync();
        Until.True(() => store.Statistics.Reconnects > 0, () => "The client does not come back.");
        using IoProbe reported = await IoProbe.Flush().RunAsync(store);
        using IoProbe later = await IoProbe.Flush().RunAsync(store);
        using IoProbe kept = await IoProbe.Read(0, 3).RunAsync(store);

        Assert.All([safe, flushed, written], probe => Assert.Equal(Errno.None, probe.Error));
        Assert.Equal(Errno.EIO, reported.Error);
        Assert.Equal(Errno.None, later.Error);
        if ((flags & Wire.SendFlush) != 0)
            Assert.Equal([1, 2, 3], kept.Data);
    }

    [Fact]
    public async Task AFlush_UnderWayWhenTheServerDies_DoesNotSucceedWithoutTheWritesBeforeIt()
    {
        for (int attempt = 0; attempt < 20; attempt++)
        {
            MemoryExport export = new(Size);
            await using NbdTestServer server = new(export);
            await using NbdBackend store = Open(server.Uri, 2);
            using IoProbe written = await IoProbe.Write(4096, [4, 5, 6]).RunAsync(store);
            using IoProbe flush = IoProbe.Flush();

            Task crash = Task.Run(server.CrashAsync, TestContext.Current.CancellationToken);
            store.Submit(flush);
            await flush.Ended();
            await crash;

            Assert.True(flush.Error == Errno.EIO || export.Read(4096, 3) is [4, 5, 6], "A flush has lied.");
        }
    }

    [Theory]
    [InlineData(MemoryExport.AllFlags)]
    [InlineData(MemoryExport.AllFlags & ~Wire.SendFlush)]
    public async Task AFlushedWrite_BeforeTheServerDied_IsNotReported(int flags)
    {
        await using NbdTestServer server = new(new MemoryExport(Size) { Flags = (ushort)flags });
        await using NbdBackend store = Open(server.Uri, 1);
        using IoProbe written = await IoProbe.Write(0, [1]).RunAsync(store);
        using IoProbe flushed = await IoProbe.Flush().RunAsync(store);

        await server.CrashAsync();
        using IoProbe after = await IoProbe.Flush().RunAsync(store);

        Assert.All([written, flushed, after], probe => Assert.Equal(Errno.None, probe.Error));
    }

    [Theory]
    [InlineData(TlsProof.None)]
    [InlineData(TlsProof.Certificates)]
    [InlineData(TlsProof.Key)]
    public async Task Nbdkit_KilledTwentyTimesUnderLoad_LosesNothing(TlsProof proof)
    {
        using TemporaryFolder folder = new();
        Shell.Run($"truncate -s {Size} '{folder.File("disk")}'");
        using NbdServer server = NbdServer.Nbdkit(proof, "file", folder.File("disk"));
        await using NbdBackend store = Open(server.Uri, 4);
        SequencedLoad load = new(store, Writers, Blocks);
        load.Start();

        for (int crash = 0; crash < Crashes; crash++)
        {
            load.WaitForMore(100);
            server.Kill();
            server.Start();
        }

        load.WaitForMore(100);
        await load.StopAsync();
        await load.CheckAllAsync();
        Assert.InRange(store.Statistics.Reconnects, Crashes, long.MaxValue);
    }

    [Theory]
    [InlineData(TlsProof.None)]
    [InlineData(TlsProof.Certificates)]
    [InlineData(TlsProof.Key)]
    public async Task Nbdkit_Stopped_IsWaitedForAndServedFromWhenItGoesOn(TlsProof proof)
    {
        using NbdServer server = NbdServer.Nbdkit(proof, "memory", $"{Size}");
        await using NbdBackend store = Open(server.Uri, 1, requestTimeoutMs: 300);
        using IoProbe first = await IoProbe.Write(0, [1, 2, 3]).RunAsync(store);
        server.Stop();
        using IoProbe waits = IoProbe.Read(0, 3);
        store.Submit(waits);
        // It has been given up at least once; only then the answer shows that this was survived.
        Until.True(() => store.Statistics.Connections == 0, () => "The stopped server was not given up.");

        server.Signal(NbdServer.SigCont);
        await waits.Ended();

        Assert.Equal(Errno.None, first.Error);
        Assert.Equal((Errno.None, 1), (waits.Error, waits.Completions));
        Assert.Equal([1, 2, 3], waits.Data);
    }

    [Theory]
    [InlineData(TlsProof.None)]
    [InlineData(TlsProof.Certificates)]
    [InlineData(TlsProof.Key)]
    public async Task Nbdkit_StoppedForGood_EndsInTheConfiguredError(TlsProof proof)
    {
        using NbdServer server = NbdServer.Nbdkit(proof, "memory", $"{Size}");
        await using NbdBackend store = NbdBackend.Open(new NbdBackendOptions
        {
            Uri = server.Uri,
            // Within TLS even the beginning takes a while where others use the machine.
            RequestTimeoutMs = proof == TlsProof.None ? 200 : 2000,
            ReconnectTimeoutMs = 500,
            FailErrno = NbdFailErrno.ENODEV,
        });
        server.Stop();

        using IoProbe read = await IoProbe.Read(0, 4096).RunAsync(store);

        Assert.Equal((Errno.ENODEV, 1), (read.Error, read.Completions));
    }

    private static NbdBackend Open(string uri, int connections, int requestTimeoutMs = 30_000) =>
        NbdBackend.Open(new NbdBackendOptions
        {
            Uri = uri,
            Connections = connections,
            RequestTimeoutMs = requestTimeoutMs,
            ReconnectTimeoutMs = 120_000,
        });
}
