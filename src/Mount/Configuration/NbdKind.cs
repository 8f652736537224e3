using IoMerge.Backends.Nbd;

namespace IoMerge.Mount.Configuration;

/// <summary>The settings of a store behind an NBD server.</summary>
internal static class NbdKind
{
    private const int Day = 86_400_000;

    public static KindInfo Info { get; } = new("nbd", "An export of an NBD server: nbdkit, qemu-nbd, nbd-server.",
        new KnobTable<NbdBackendOptions>(new NbdBackendOptions(),
            // What a URI must be is told by the options as a whole: the text may hold what must not be repeated.
            Knobs<NbdBackendOptions>.Text("Uri", "URI", "an NBD URI, as nbd://host/export",
                "Where the export is: nbd://host:port/export, nbds:// with TLS, nbd+unix:///export?socket=/path. "
                + "Required.",
                o => o.Uri, (o, v) => o with { Uri = v }, _ => true),
            Knobs<NbdBackendOptions>.Text("Export", "name", "a name",
                "Name of the export, when it is not in the URI.",
                o => o.Export, (o, v) => o with { Export = v }, text => !text.Contains('\0')),
            Knobs<NbdBackendOptions>.Whole("Connections", "connections", 1, NbdBackendOptions.MaxConnections,
                "Most connections; more than one only where the server says that it can.",
                o => o.Connections, (o, v) => o with { Connections = (int)v }),
            Knobs<NbdBackendOptions>.SizeByRule("ReadAheadBytes", NbdBackendOptions.ReadAheadRule,
                "How far ahead of one who reads on the server is told to fetch (CACHE); 0: not at all.",
                o => o.ReadAheadBytes, (o, v) => o with { ReadAheadBytes = v }, NbdBackendOptions.IsReadAhead),
            Knobs<NbdBackendOptions>.Whole("ReconnectTimeoutMs", "ms", 0, Day,
                "How long requests wait for a server that is away; then they fail until it is back.",
                o => o.ReconnectTimeoutMs, (o, v) => o with { ReconnectTimeoutMs = (int)v }),
            Knobs<NbdBackendOptions>.Whole("RequestTimeoutMs", "ms", 100, Day,
                "How long the server may take for an answer; then the connection is made anew.",
                o => o.RequestTimeoutMs, (o, v) => o with { RequestTimeoutMs = (int)v }),
            Knobs<NbdBackendOptions>.Choice<NbdFailErrno>("FailErrno",
                "What requests end with when the server has been away for too long.",
                o => o.FailErrno, (o, v) => o with { FailErrno = v }),
            Knobs<NbdBackendOptions>.Text("TlsCertificates", "path", "a path",
                "Folder with ca-cert.pem, and client-cert.pem with client-key.pem where the server asks for them; "
                + "empty: the system's authorities.",
                o => o.TlsCertificates, (o, v) => o with { TlsCertificates = v }, text => !text.Contains('\0')),
            Knobs<NbdBackendOptions>.Text("TlsHostname", "name", "the name of a host",
                "Name that the server's certificate must be for; empty: the host of the URI.",
                o => o.TlsHostname, (o, v) => o with { TlsHostname = v }, text => !text.Contains('\0')),
            Knobs<NbdBackendOptions>.Switch("TlsVerifyPeer", "Whether the server's certificate is checked.",
                o => o.TlsVerifyPeer, (o, v) => o with { TlsVerifyPeer = v }),
            Knobs<NbdBackendOptions>.Text("TlsPskFile", "path", "a path",
                "File of pre-shared keys, as psktool writes it, in place of certificates; empty: certificates.",
                o => o.TlsPskFile, (o, v) => o with { TlsPskFile = v }, text => !text.Contains('\0')),
            Knobs<NbdBackendOptions>.Text("TlsUsername", "name", "a name",
                "Whose key of that file is used; empty: the user in the URI, or who runs the program.",
                o => o.TlsUsername, (o, v) => o with { TlsUsername = v }, text => !text.Contains('\0'))),
        o => ((NbdBackendOptions)o).Validate());
}
