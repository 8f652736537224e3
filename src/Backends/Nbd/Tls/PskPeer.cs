using Org.BouncyCastle.Tls;
using Org.BouncyCastle.Tls.Crypto.Impl.BC;

namespace IoMerge.Backends.Nbd;

/// <summary>
/// What is offered to a server in one handshake: to use the key, with a secret of this connection beside it, so that
/// who gets the key one day cannot read what was recorded before; and ciphers that notice changed bytes.
/// </summary>
/// <param name="identity">Whose key it is.</param>
/// <param name="key">The key; stays as it is.</param>
internal sealed class PskPeer(byte[] identity, byte[] key) : PskTlsClient(new BcTlsCrypto(), identity, key)
{
    // AES first: processors have instructions for it. The suites of TLS 1.3 with SHA-384 take no key made for SHA-256.
    private static readonly int[] s_suites =
    [
        CipherSuite.TLS_AES_128_GCM_SHA256,
        CipherSuite.TLS_CHACHA20_POLY1305_SHA256,
        CipherSuite.TLS_ECDHE_PSK_WITH_AES_128_GCM_SHA256,
        CipherSuite.TLS_ECDHE_PSK_WITH_AES_256_GCM_SHA384,
        CipherSuite.TLS_ECDHE_PSK_WITH_CHACHA20_POLY1305_SHA256,
        CipherSuite.TLS_DHE_PSK_WITH_AES_128_GCM_SHA256,
        CipherSuite.TLS_DHE_PSK_WITH_AES_256_GCM_SHA384,
        CipherSuite.TLS_DHE_PSK_WITH_CHACHA20_POLY1305_SHA256,
    ];

    /// <summary>True when the server chose to do without the key.</summary>
    internal bool IsKeyLeftOut { get; private set; }

    /// <inheritdoc/>
    public override IList<TlsPskExternal> GetExternalPsks() =>
        // The secret empties the array that it is made of; this one is a copy.
        [new BasicTlsPskExternal(m_pskIdentity.GetPskIdentity(), Crypto.CreateSecret(m_pskIdentity.GetPsk()))];

    /// <summary>In TLS 1.3 suites do not say how the sides prove who they are; the server could show a certificate.
    /// </summary>
    public override void NotifySelectedPsk(TlsPsk? selectedPsk)
    {
        IsKeyLeftOut = selectedPsk is null;
        if (IsKeyLeftOut)
            throw new TlsFatalAlert(AlertDescription.handshake_failure);
    }

    /// <summary>No: NBD says itself where an answer ends.</summary>
    public override bool RequiresCloseNotify() => false;

    /// <inheritdoc/>
    protected override ProtocolVersion[] GetSupportedVersions() =>
        ProtocolVersion.TLSv13.DownTo(ProtocolVersion.TLSv12);

    /// <inheritdoc/>
    protected override int[] GetSupportedCipherSuites() => TlsUtilities.GetSupportedCipherSuites(Crypto, s_suites);

    /// <summary>Nothing: no certificate is looked at.</summary>
    protected override CertificateStatusRequest? GetCertificateStatusRequest() => null;
}
