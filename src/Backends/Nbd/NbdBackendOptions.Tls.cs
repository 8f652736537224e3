namespace IoMerge.Backends.Nbd;

/// <content>What the settings of TLS must be, by themselves and beside the URI.</content>
public sealed partial record NbdBackendOptions
{
    private IEnumerable<OptionFault> ValidateTls(NbdAddress address)
    {
        if (!address.IsTls)
            return Named(ofKeys: true, ofCertificates: true, "left out, or the URI must begin with nbds");
        bool usesKey = address.TlsWay == TlsWay.PreSharedKey || TlsPskFile.Length > 0;
        return usesKey ? ValidateKey(address) : ValidateCertificates(address);
    }

    private IEnumerable<OptionFault> ValidateKey(NbdAddress address)
    {
        if (address.TlsWay == TlsWay.Certificates)
            yield return new OptionFault(nameof(TlsPskFile), TlsPskFile,
                "left out, or the URI must be without tls-type=x509, tls-certificates, tls-hostname, tls-verify-peer");
        string file = First(TlsPskFile, address.TlsPskFile);
        if (file.Length == 0 || file.Contains('\0', StringComparison.Ordinal))
            yield return new OptionFault(nameof(TlsPskFile), file, "the path of a file of keys, as psktool writes it");
        if (!NbdAddress.IsUserName(UserName(address)))
            yield return new OptionFault(nameof(TlsUsername), UserName(address), NbdAddress.UserNameRule);
        foreach (OptionFault fault in Named(ofKeys: false, ofCertificates: true,
            "left out: it is for certificates, and pre-shared keys are what is used"))
            yield return fault;
    }

    private IEnumerable<OptionFault> ValidateCertificates(NbdAddress address)
    {
        const string Unless = "unless TlsPskFile (tls-psk-file in the URI) names a file of keys";
        if (address.TlsUsername.Length > 0)
            yield return new OptionFault(nameof(Uri), NbdUri.Redact(Uri), $"without a user name, {Unless}");
        foreach (OptionFault fault in Named(ofKeys: true, ofCertificates: false, $"left out, {Unless}"))
            yield return fault;
        if (TlsCertificates.Contains('\0', StringComparison.Ordinal))
            yield return new OptionFault(nameof(TlsCertificates), TlsCertificates, "the path of a folder");
        if (TlsHostname.Length > 0 && System.Uri.CheckHostName(TlsHostname) == UriHostNameType.Unknown)
            yield return new OptionFault(nameof(TlsHostname), TlsHostname, "the name of a host");
        if (address is { Host.Length: 0, TlsVerifyPeer: true, TlsHostname.Length: 0 }
            && TlsVerifyPeer && TlsHostname.Length == 0)
            yield return new OptionFault(
                nameof(TlsHostname), "", "the name in the server's certificate: a socket has none to compare it with");
    }

    private string UserName(NbdAddress address) => First(TlsUsername, address.TlsUsername, Environment.UserName);

    /// <summary>The settings of one kind or both that were given, and should not have been.</summary>
    private IEnumerable<OptionFault> Named(bool ofKeys, bool ofCertificates, string rule)
    {
        if (ofCertificates && TlsCertificates.Length > 0)
            yield return new OptionFault(nameof(TlsCertificates), TlsCertificates, rule);
        if (ofCertificates && TlsHostname.Length > 0)
            yield return new OptionFault(nameof(TlsHostname), TlsHostname, rule);
        if (ofCertificates && !TlsVerifyPeer)
            yield return new OptionFault(nameof(TlsVerifyPeer), "false", rule);
        if (ofKeys && TlsPskFile.Length > 0)
            yield return new OptionFault(nameof(TlsPskFile), TlsPskFile, rule);
        if (ofKeys && TlsUsername.Length > 0)
            yield return new OptionFault(nameof(TlsUsername), TlsUsername, rule);
    }
}
