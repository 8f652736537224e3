namespace IoMerge.Backends.Nbd;

/// <summary>Where an export is and how to speak with its server, as a URI says it. Nothing of it is secret.</summary>
internal sealed record NbdAddress
{
    /// <summary>What <see cref="TlsUsername"/> must be: more is not what servers must take.</summary>
    internal const string UserNameRule = "a name of 1 to 128 bytes of UTF-8 without control characters";

    /// <summary>True when the connection must be TLS.</summary>
    internal bool IsTls { get; init; }

    /// <summary>Host name or address; empty for a Unix domain socket.</summary>
    internal string Host { get; init; } = "";

    /// <summary>TCP port.</summary>
    internal int Port { get; init; } = NbdWire.DefaultPort;

    /// <summary>Path of the Unix domain socket; a leading NUL is the abstract name space. Empty for TCP.</summary>
    internal string Socket { get; init; } = "";

    /// <summary>Name of the export; may be empty.</summary>
    internal string Export { get; init; } = "";

    /// <summary>Folder with certificates; empty when not said.</summary>
    internal string TlsCertificates { get; init; } = "";

    /// <summary>Name that the certificate must be for; empty when not said.</summary>
    internal string TlsHostname { get; init; } = "";

    /// <summary>False when the URI says that the certificate is not to be checked.</summary>
    internal bool TlsVerifyPeer { get; init; } = true;

    /// <summary>How the sides prove who they are, as far as it was said.</summary>
    internal TlsWay TlsWay { get; init; }

    /// <summary>File with pre-shared keys; empty when not said.</summary>
    internal string TlsPskFile { get; init; } = "";

    /// <summary>Whose pre-shared key is used; empty when not said.</summary>
    internal string TlsUsername { get; init; } = "";

    /// <summary>The server, for messages.</summary>
    internal string Server => Socket.Length > 0
        ? $"NBD server at {Socket.Replace('\0', '@')}"
        : $"NBD server {(Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]" : Host)}:{Port}";

    /// <summary>Whether that is a name for <see cref="TlsUsername"/>.</summary>
    internal static bool IsUserName(string text) =>
        System.Text.Encoding.UTF8.GetByteCount(text) is >= 1 and <= 128 && !text.Any(char.IsControl);
}
