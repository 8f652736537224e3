using System.Globalization;
using IoMerge.Backends.Nbd.Tests.Hostile.Server;
using IoMerge.Testing;
using IoMerge.Testing.Processes;

namespace IoMerge.Backends.Nbd.Tests.Hostile;

/// <summary>What never gets better: the client says so within its time, and takes no more memory than was asked for.
/// </summary>
[Collection(nameof(Alone))]
public sealed class PersistentFaultTests
{
    private static readonly TimeSpan s_hang = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task ARequestThatBreaksEachConnection_FailsAlone()
    {
        const int Poison = 64 << 10;
        MemoryExport export = new(256 << 10);
        byte[] content = new byte[256 << 10];
        new Random(1).NextBytes(content);
        export.Write(0, content);
        await using NbdTestServer server = new(export) { Script = new PoisonScript(Poison) };
        await using NbdBackend store = Open(server, 1500);
        using IoProbe poisoned = IoProbe.Read(Poison, 4096);

        store.Submit(poisoned);
        await poisoned.Ended();
        using IoProbe other = await IoProbe.Read(0, 4096).RunAsync(store);

        Assert.Equal(Errno.ETIMEDOUT, poisoned.Error);
        Assert.Equal(Errno.None, other.Error);
        Assert.Equal(content[..4096], other.Data);
        Assert.True(server.Accepted > 1, "It was not tried again.");
    }

    [Fact]
    public async Task AServerThatTakesNothing_EndsInTheConfiguredError()
    {
        MemoryExport export = new(64 << 20);
        await using NbdTestServer server = new(export) { IsDeaf = true };
        NbdBackend store = Open(server, 1000);
        IoProbe[] writes = [.. Enumerable.Range(0, 64).Select(i => IoProbe.Write((long)i << 20, new byte[1 << 20]))];

        // More than any socket holds: who submits must not wait for the server.
        await Task.Run(() => Array.ForEach(writes, store.Submit),
            TestContext.Current.CancellationToken).WaitAsync(s_hang, TestContext.Current.CancellationToken);

        foreach (IoProbe write in writes)
        {
            await write.Ended();
            Assert.Equal((Errno.ETIMEDOUT, 1), (write.Error, write.Completions));
        }
        await store.DisposeAsync().AsTask().WaitAsync(s_hang, TestContext.Current.CancellationToken);
        Array.ForEach(writes, write => write.Dispose());
    }

    [Fact]
    public async Task AServerThatIsGone_FailsRequestsInTime_AndServesThemWhenItIsBack()
    {
        await using NbdTestServer server = new(new MemoryExport(1 << 20));
        await using NbdBackend store = Open(server, 500);
        server.Vanish();

        using IoProbe lost = await IoProbe.Read(0, 4096).RunAsync(store);
        server.Appear();

        Assert.Equal(Errno.ETIMEDOUT, lost.Error);
        Until.True(() => Serves(store), () => "It is back and not served from.");
    }

    [Fact]
    public async Task AbsurdLengths_TakeNoMemory()
    {
        long allocated = GC.GetTotalAllocatedBytes(precise: true), mapped = MappedBytes();
        string[] lengths = ["length", "text length", "hole size", "extent length", "maximum", "size"];
        foreach (MessageKind kind in Faults.Handshake.Concat(Faults.Transmission))
        {
            foreach (WireField field in Messages.Sample(kind).Fields.Where(field => lengths.Contains(field.Name)))
                await RunAsync(kind, field);
        }

        // The server of the test and the probes take some too; what was claimed is many times as much.
        Assert.InRange(GC.GetTotalAllocatedBytes(precise: true) - allocated, 0, 512L << 20);
        Assert.InRange(MappedBytes() - mapped, long.MinValue, 1L << 30);
    }

    private static async Task RunAsync(MessageKind kind, WireField field)
    {
        foreach (Fault fault in Faults.OfField(kind, field.Name).Where(
            fault => fault.What.Contains("the most", StringComparison.Ordinal)))
        {
            await using NbdTestServer server = new(new MemoryExport(64 << 10)) { Script = new FaultScript(fault) };
            if (await HostileCase.OpenAsync(server, requestTimeoutMs: 200) is not { } store)
                continue;
            using Workload load = new(store, new byte[64 << 10], 1);
            await load.WaveAsync();
            await store.DisposeAsync().AsTask().WaitAsync(s_hang, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Whether it reads, now.</summary>
    internal static bool Serves(NbdBackend store)
    {
        using IoProbe probe = IoProbe.Read(0, 4096);
        store.Submit(probe);
        probe.Ended().GetAwaiter().GetResult();
        return probe.Error.IsSuccess;
    }

    private static long MappedBytes() => long.Parse(
        File.ReadLines("/proc/self/status").First(line => line.StartsWith("VmPeak", StringComparison.Ordinal))
            .Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024;

    private static NbdBackend Open(NbdTestServer server, int reconnectMs) => NbdBackend.Open(new NbdBackendOptions
    {
        Uri = server.Uri,
        Connections = 2,
        RequestTimeoutMs = 300,
        ReconnectTimeoutMs = reconnectMs,
        FailErrno = NbdFailErrno.ETIMEDOUT,
    });

    private sealed class PoisonScript(ulong offset) : IScript
    {
        public Delivery Deliver(ServerMessage message)
        {
            bool isPoison = message.Kind == MessageKind.DataChunk
                && message.Fields.First(field => field.Name == "offset") is { } field
                && ServerMessage.Get(message.Bytes, field) == offset;
            return isPoison ? new Delivery(message.Bytes[..10], Ending.Close) : new Delivery(message.Bytes);
        }
    }
}

/// <summary>Tests that look at the memory of the process, or wait for times: with none beside them.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
