namespace IoMerge.Backends.Nbd;

/// <summary>A volume on a server that speaks NBD: nbdkit, qemu-nbd, nbd-server.</summary>
public sealed partial record NbdBackendOptions
{
    /// <summary>Most connections that may be asked for.</summary>
    public const int MaxConnections = 16;

    /// <summary>What <see cref="ReadAheadBytes"/> must be.</summary>
    public const string ReadAheadRule = "0, or a size from 64KiB to 32MiB";

    /// <summary>
    /// Where the export is, as the NBD URI specification writes it: <c>nbd://host:port/export</c>, <c>nbds://</c> with
    /// TLS, <c>nbd+unix:///export?socket=/path</c>. Required.
    /// </summary>
    public string Uri { get; set; } = "";

    /// <summary>Name of the export; empty: the one in the URI.</summary>
    public string Export { get; set; } = "";

    /// <summary>
    /// Most connections, 1 to <see cref="MaxConnections"/>. More than one are used only where the server says that a
    /// flush on one covers them all (CAN_MULTI_CONN).
    /// </summary>
    public int Connections { get; set; } = 4;

    /// <summary>
    /// How far ahead of a reader who reads on and on the server is told what comes next (CACHE), in bytes: 0, which is
    /// not at all, or 64 KiB to 32 MiB. Only where the server takes the command.
    /// </summary>
    public ByteSize ReadAheadBytes { get; set; }

    /// <summary>
    /// How long, in milliseconds, requests wait for a server that is away before they end with <see cref="FailErrno"/>,
    /// 0 to a day. It is looked for further on; once it is back, requests are served again.
    /// </summary>
    public int ReconnectTimeoutMs { get; set; } = 30_000;

    /// <summary>
    /// How long, in milliseconds, a server may take to answer a request, 100 to a day. A connection that takes longer
    /// is given up and made anew.
    /// </summary>
    public int RequestTimeoutMs { get; set; } = 30_000;

    /// <summary>What requests end with when the server has been away for too long.</summary>
    public NbdFailErrno FailErrno { get; set; } = NbdFailErrno.EIO;

    /// <summary>True to read only: everything that changes the store fails with EROFS.</summary>
    public bool ReadOnly { get; set; }

    /// <summary>
    /// Folder with <c>ca-cert.pem</c>, and <c>client-cert.pem</c> and <c>client-key.pem</c> where the server wants to
    /// know its clients; empty: what the URI says (<c>tls-certificates</c>), or the system's authorities. Only with
    /// <c>nbds</c>.
    /// </summary>
    public string TlsCertificates { get; set; } = "";

    /// <summary>Name that the server's certificate must be for; empty: the host of the URI.</summary>
    public string TlsHostname { get; set; } = "";

    /// <summary>False to believe any server without checking its certificate.</summary>
    public bool TlsVerifyPeer { get; set; } = true;

    /// <summary>
    /// File with pre-shared keys, as <c>psktool</c> writes it; empty: what the URI says (<c>tls-psk-file</c>), or none.
    /// With one, server and client prove by the key that they know each other, and no certificate is asked for. Only
    /// with <c>nbds</c>.
    /// </summary>
    public string TlsPskFile { get; set; } = "";

    /// <summary>
    /// Whose key of the file is used; empty: the user name in the URI, or the one that this process runs as. Only with
    /// pre-shared keys.
    /// </summary>
    public string TlsUsername { get; set; } = "";

    /// <summary>Whether that is a value for <see cref="ReadAheadBytes"/>.</summary>
    public static bool IsReadAhead(long bytes) => bytes is 0 or (>= 64 << 10 and <= 32 << 20);

    /// <summary>Everything that is wrong with these options by themselves; empty when a server may be asked.</summary>
    public IEnumerable<OptionFault> Validate()
    {
        const int Day = 86_400_000;
        string? rule = NbdUri.TryParse(Uri, out NbdAddress address);
        if (rule is not null)
            yield return new OptionFault(nameof(Uri), NbdUri.Redact(Uri), rule);
        if (Export.Contains('\0', StringComparison.Ordinal)
            || System.Text.Encoding.UTF8.GetByteCount(Export) > NbdWire.MaxStringBytes)
            yield return new OptionFault(nameof(Export), Export, $"at most {NbdWire.MaxStringBytes} bytes without NUL");
        if (Export.Length > 0 && address.Export.Length > 0 && Export != address.Export)
            yield return new OptionFault(nameof(Export), Export, "the one in the URI, or be said in one place only");
        if (Connections is < 1 or > MaxConnections)
            yield return new OptionFault(nameof(Connections), $"{Connections}", $"1 to {MaxConnections}");
        if (!IsReadAhead(ReadAheadBytes))
            yield return new OptionFault(nameof(ReadAheadBytes), $"{ReadAheadBytes}", ReadAheadRule);
        if (ReconnectTimeoutMs is < 0 or > Day)
            yield return new OptionFault(nameof(ReconnectTimeoutMs), $"{ReconnectTimeoutMs}", $"0 to {Day}");
        if (RequestTimeoutMs is < 100 or > Day)
            yield return new OptionFault(nameof(RequestTimeoutMs), $"{RequestTimeoutMs}", $"100 to {Day}");
        if (!Enum.IsDefined(FailErrno))
        {
            yield return new OptionFault(
                nameof(FailErrno), $"{FailErrno}", $"one of {string.Join(", ", Enum.GetNames<NbdFailErrno>())}");
        }
        if (rule is null)
        {
            foreach (OptionFault fault in ValidateTls(address))
                yield return fault;
        }
    }

    /// <summary>Where to connect to; only of options that are valid.</summary>
    internal NbdAddress ToAddress()
    {
        NbdUri.TryParse(Uri, out NbdAddress address);
        string hostname = First(TlsHostname, address.TlsHostname, address.Host);
        return address with
        {
            Export = First(Export, address.Export),
            TlsCertificates = First(TlsCertificates, address.TlsCertificates),
            TlsHostname = hostname,
            TlsVerifyPeer = TlsVerifyPeer && address.TlsVerifyPeer,
            TlsPskFile = First(TlsPskFile, address.TlsPskFile),
            TlsUsername = UserName(address),
        };
    }

    private static string First(params ReadOnlySpan<string> choices)
    {
        foreach (string choice in choices)
        {
            if (choice.Length > 0)
                return choice;
        }
        return "";
    }
}
