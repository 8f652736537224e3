using IoMerge.Backends.Nbd.Tests.Hostile.Server;

namespace IoMerge.Backends.Nbd.Tests.Hostile;

/// <summary>What can be wrong about a server without any lie: a person is told in one sentence what it is.</summary>
public sealed class OpeningTests
{
    [Fact]
    public async Task AnExportThatIsNotThere_IsNamed()
    {
        await using NbdTestServer server = new(new MemoryExport(4096) { Exists = false });

        string message = await HostileCase.RefusalAsync(server.Uri);

        Assert.Contains("disk", message, StringComparison.Ordinal);
        Assert.Contains(server.SocketPath, message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AServerWithoutTls_IsNotSpokenWithInTheClear()
    {
        await using NbdTestServer server = new(new MemoryExport(4096));

        string message = await HostileCase.RefusalAsync(server.TlsUri);

        Assert.Contains("TLS", message, StringComparison.Ordinal);
        Assert.Equal(0, server.Transmissions);
    }

    [Fact]
    public async Task AServerThatBreaksOffTls_IsRefused()
    {
        await using NbdTestServer server = new(new MemoryExport(4096) { PretendsTls = true });

        await HostileCase.RefusalAsync(server.TlsUri);

        Assert.Equal(0, server.Transmissions);
    }

    [Fact]
    public async Task NoServer_IsToldWithItsPlace()
    {
        await using NbdTestServer server = new(new MemoryExport(4096));
        server.Vanish();

        Assert.Contains(server.SocketPath, await HostileCase.RefusalAsync(server.Uri), StringComparison.Ordinal);
    }
}
