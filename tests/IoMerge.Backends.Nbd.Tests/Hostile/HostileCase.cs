using IoMerge.Backends.Nbd.Tests.Hostile.Server;

namespace IoMerge.Backends.Nbd.Tests.Hostile;

/// <summary>When a fault is let loose on a client.</summary>
internal enum Moment
{
    /// <summary>While the backend opens.</summary>
    Opening,

    /// <summary>When it comes back after its connection was lost.</summary>
    Returning,

    /// <summary>While requests are under way.</summary>
    Serving,
}

/// <summary>
/// A client of a server with one fault: opened, loaded, and looked at. Whatever the fault, the client opens or says in
/// one sentence why not, every operation ends once and with right bytes, and afterwards an honest server is served
/// from again.
/// </summary>
internal sealed class HostileCase
{
    private const int Size = 256 << 10;
    private const int Waves = 6;

    // A machine that others use answers late now and then, and a client that waits half a second only then loses a
    // connection without any fault of anybody's: that may not count, and may not go on for ever.
    private const int Attempts = 20;
    private static readonly TimeSpan s_hang = TimeSpan.FromMinutes(2);

    private readonly Fault _fault;
    private readonly Moment _moment;

    internal HostileCase(Fault fault, Moment moment)
    {
        _fault = fault;
        _moment = moment;
    }

    /// <summary>Whether the client may be unable to go on, having been told of another export.</summary>
    internal bool MayStayBroken { get; init; }

    /// <summary>Whether the client must have seen the fault, and have given up the connection.</summary>
    internal bool MustBeNoticed { get; init; }

    /// <summary>Whether replies are structured.</summary>
    internal bool IsStructured { get; init; } = true;

    /// <summary>How long the client waits for an answer.</summary>
    internal int RequestTimeoutMs { get; init; } = 500;

    /// <summary>Runs several, some side by side: most of the time is spent waiting.</summary>
    internal static Task RunAllAsync(IEnumerable<HostileCase> cases) => Parallel.ForEachAsync(
        cases, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (one, _) => await one.RunAsync());

    /// <summary>Runs it.</summary>
    private async Task RunAsync()
    {
        try
        {
            await RunUnnamedAsync();
        }
        catch (Exception e)
        {
            throw new InvalidOperationException($"{_fault.What} ({_moment}): {e.Message}", e);
        }
    }

    private async Task RunUnnamedAsync()
    {
        MemoryExport export = new(Size)
        {
            IsStructured = IsStructured,
            IsOldStyle = _fault.Kind == MessageKind.NamedExport,
            PadsWithZeroes = _fault.Kind == MessageKind.NamedExport,
            Bad = _fault.Kind is MessageKind.ErrorOffsetChunk or MessageKind.ErrorChunk or MessageKind.SimpleErrorReply
                ? new Extent(40_000, 5000) : default,
        };
        byte[] content = Workload.Content(Size, 1);
        export.Write(0, content);
        await using NbdTestServer server = new(export, isTls: _fault.Kind == MessageKind.StartTlsAck);
        FaultScript script = new(_fault, _moment == Moment.Returning ? 2 : 1);
        server.Script = script;
        NbdBackend? store = null;
        for (int attempt = 0; attempt < Attempts && store is null; attempt++)
        {
            store = await OpenAsync(server, RequestTimeoutMs);
            if (store is null && _moment == Moment.Opening && script.HasFired)
                return;
        }
        Assert.True(store is not null, "An honest handshake was refused.");
        using Workload load = new(store, content, 2);
        try
        {
            await LoadAsync(server, export, script, load);
            if (MustBeNoticed && script.DidHarm)
                Assert.True(server.Accepted > (_moment == Moment.Returning ? 2 : 1), "It was not noticed.");
        }
        finally
        {
            await store.DisposeAsync().AsTask().WaitAsync(s_hang);
        }
        load.AssertNothingCameLate();
    }

    private async Task LoadAsync(NbdTestServer server, MemoryExport export, FaultScript script, Workload load)
    {
        if (_moment == Moment.Returning)
        {
            await load.WaveAsync();
            server.Drop();
        }
        for (int wave = 0; wave < Waves && (wave < 1 || !script.HasFired); wave++)
            await load.WaveAsync();
        Assert.True(script.HasFired, "The fault was never let loose.");
        export.Bad = default;
        // The first may still meet what the fault left behind, and what a flush has to say of it.
        for (int attempt = 0; attempt == 0 || (attempt < Attempts && load.Failures.Count > 0); attempt++)
        {
            load.Failures.Clear();
            await load.SweepAsync();
            await load.WaveAsync();
            if (MayStayBroken)
                return;
        }
        Assert.Empty(load.Failures);
    }

    /// <summary>Opens a client; null when it refuses, in one sentence.</summary>
    internal static async Task<NbdBackend?> OpenAsync(NbdTestServer server, int requestTimeoutMs = 500)
    {
        try
        {
            return await Task.Run(() => NbdBackend.Open(new NbdBackendOptions
            {
                Uri = server.Uri,
                Connections = 1,
                RequestTimeoutMs = requestTimeoutMs,
                ReconnectTimeoutMs = 60_000,
            })).WaitAsync(s_hang);
        }
        catch (BackendOpenException e)
        {
            AssertSentence(e.Message);
            return null;
        }
    }

    /// <summary>Why a client does not open; it has to say that in one sentence.</summary>
    internal static async Task<string> RefusalAsync(string uri, int timeoutMs = 10_000)
    {
        BackendOpenException refusal = await Assert.ThrowsAsync<BackendOpenException>(() => Task.Run(
            () => NbdBackend.Open(new NbdBackendOptions { Uri = uri, RequestTimeoutMs = timeoutMs }),
            TestContext.Current.CancellationToken).WaitAsync(s_hang, TestContext.Current.CancellationToken));
        AssertSentence(refusal.Message);
        return refusal.Message;
    }

    /// <summary>A message that a person can use: one line, of printable characters, not too long.</summary>
    internal static void AssertSentence(string message)
    {
        Assert.InRange(message.Length, 20, 600);
        Assert.DoesNotContain(message, char.IsControl);
        Assert.DoesNotContain("Exception", message, StringComparison.Ordinal);
    }
}
