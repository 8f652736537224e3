using IoMerge.Backends.Nbd;
using IoMerge.Testing.Processes;

namespace IoMerge.Backends.Tests.Nbd;

/// <summary>TLS with certificates before nbdkit.</summary>
public sealed class NbdTlsTests : IDisposable
{
    private readonly TemporaryFolder _pki = new();
    private readonly NbdServer _server;

    public NbdTlsTests()
    {
        TlsFiles.MakeCertificates(_pki.Path);
        _server = NbdServer.Nbdkit(
            "--tls=require", $"--tls-certificates={_pki.Path}", "--tls-verify-peer", "memory", "1M");
    }

    public void Dispose()
    {
        _server.Dispose();
        _pki.Dispose();
    }

    [Fact]
    public async Task Store_BehindTls_GivesTheBytes()
    {
        await using NbdBackend store = NbdBackend.Open(Options());
        byte[] data = Stores.Pattern(700_000, 1);
        await store.WriteAsync(4097, data);
        Assert.Equal(data, await store.ReadAsync(4097, data.Length));
        Assert.Equal((Errno.None, 0), await store.DoAsync(IoKind.Flush, 0));
    }

    [Fact]
    public void Open_WithAnotherName_IsRefused() => AssertRefused(Options() with { TlsHostname = "other.test" }, "TLS");

    [Fact]
    public void Open_WithoutItsAuthority_IsRefused() => AssertRefused(Options() with { TlsCertificates = "" }, "TLS");

    [Fact]
    public void Open_WithoutTls_NamesTheWayOut() =>
        AssertRefused(new NbdBackendOptions { Uri = _server.Uri }, "nbds instead of nbd");

    [Fact]
    public void Open_WithAFolderWithoutCertificates_NamesTheFile() =>
        AssertRefused(Options() with { TlsCertificates = "/nonexistent" }, "ca-cert.pem");

    private static void AssertRefused(NbdBackendOptions options, string words)
    {
        BackendOpenException e = Assert.Throws<BackendOpenException>(() => NbdBackend.Open(options));
        Assert.Contains(words, e.Message, StringComparison.Ordinal);
    }

    private NbdBackendOptions Options() => new()
    {
        Uri = _server.Uri.Replace("nbd+unix", "nbds+unix", StringComparison.Ordinal),
        TlsCertificates = _pki.Path,
        TlsHostname = TlsFiles.Host,
    };
}
