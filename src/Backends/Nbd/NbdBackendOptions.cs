namespace IoMerge.Backends.Nbd;

/// <summary>A volume on a server that speaks NBD: nbdkit, qemu-nbd, nbd-server.</summary>
public sealed record NbdBackendOptions
{
    /// <summary>Most connections that may be asked for.</summary>
    public const int MaxConnections = 16;

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

    /// <summary>Everything that is wrong with these options by themselves; empty when a server may be asked.</summary>
    public IEnumerable<OptionFault> Validate()
    {
        if (string.IsNullOrWhiteSpace(Uri))
            yield return new OptionFault(nameof(Uri), Uri, "the address of an export, as nbd://host/export");
        if (Connections is < 1 or > MaxConnections)
            yield return new OptionFault(nameof(Connections), $"{Connections}", $"1 to {MaxConnections}");
    }
}
