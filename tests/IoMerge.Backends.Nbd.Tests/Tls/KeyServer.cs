using System.Net.Sockets;
using Org.BouncyCastle.Tls;
using Org.BouncyCastle.Tls.Crypto.Impl.BC;

namespace IoMerge.Backends.Nbd.Tests.Tls;

/// <summary>The server's side of TLS with a key, in one version and with one suite.</summary>
/// <param name="key">The key, whoever comes.</param>
/// <param name="version">The version.</param>
/// <param name="suite">The suite.</param>
internal sealed class KeyServer(byte[] key, ProtocolVersion version, int suite)
    : PskTlsServer(new BcTlsCrypto(), new OneKey(key))
{
    /// <inheritdoc/>
    public override TlsPskExternal GetExternalPsk(IList<PskIdentity> identities) =>
        new BasicTlsPskExternal(identities[0].Identity, Crypto.CreateSecret([.. key]));

    /// <inheritdoc/>
    protected override ProtocolVersion[] GetSupportedVersions() => version.Only();

    /// <inheritdoc/>
    protected override int[] GetSupportedCipherSuites() => [suite];

    private sealed class OneKey(byte[] key) : TlsPskIdentityManager
    {
        public byte[]? GetHint() => null;

        public byte[] GetPsk(byte[] identity) => [.. key];
    }
}

/// <summary>A connection of that server, which can change its keys.</summary>
internal sealed class KeyServerProtocol(Socket socket) : TlsServerProtocol(new NetworkStream(socket, ownsSocket: true))
{
    /// <summary>Changes the server's keys and wants the client's to change. Only where it also writes.</summary>
    internal void ChangeKeys() => Send13KeyUpdate(true);

    /// <summary>How often the client changed its keys.</summary>
    internal int ClientChanges { get; private set; }

    /// <inheritdoc/>
    protected override void Receive13KeyUpdate(MemoryStream buf)
    {
        base.Receive13KeyUpdate(buf);
        ClientChanges++;
    }
}
