using IoMerge.Backends.Nbd.Tests.Hostile.Server;

namespace IoMerge.Backends.Nbd.Tests.Hostile;

/// <summary>What can be wrong about a server without any lie: a person is told in one sentence what it is.</summary>
public sealed class OpeningTests
{
    private static readonly TimeSpan s_hang = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task AnExportThatIsNotThere_IsNamed()
    {
        await using NbdTestServer server = new(new MemoryExport(4096) { Exists = false });

        string message = await RefusalAsync(server.Uri);

        Assert.Contains("disk", message, StringComparison.Ordinal);
        Assert.Contains(server.SocketPath, message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AServerWithoutTls_IsNotSpokenWithInTheClear()
    {
        await using NbdTestServer server = new(new MemoryExport(4096));

        string message = await RefusalAsync(server.TlsUri);

        Assert.Contains("TLS", message, StringComparison.Ordinal);
        Assert.Equal(0, server.Transmissions);
    }

    [Fact]
    public async Task AServerThatBreaksOffTls_IsRefused()
    {
        await using NbdTestServer server = new(new MemoryExport(4096) { PretendsTls = true });

        await RefusalAsync(server.TlsUri);

        Assert.Equal(0, server.Transmissions);
    }

    [Fact]
    public async Task NoServer_IsToldWithItsPlace()
    {
        await using NbdTestServer server = new(new MemoryExport(4096));
        server.Vanish();

        Assert.Contains(server.SocketPath, await RefusalAsync(server.Uri), StringComparison.Ordinal);
    }

    private static async Task<string> RefusalAsync(string uri)
    {
        BackendOpenException refusal = await Assert.ThrowsAsync<BackendOpenException>(() => Task.Run(
            () => NbdBackend.Open(new NbdBackendOptions { Uri = uri, RequestTimeoutMs = 10_000 }),
            TestContext.Current.CancellationToken).WaitAsync(s_hang, TestContext.Current.CancellationToken));
        HostileCase.AssertSentence(refusal.Message);
        return refusal.Message;
    }
}
