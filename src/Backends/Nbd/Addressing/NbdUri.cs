using System.Text;

namespace IoMerge.Backends.Nbd;

/// <summary>
/// Reads URIs of the NBD URI specification. Pure text: whether anything is there is not asked. Strict, because a
/// parameter that is not understood may be the one that matters.
/// </summary>
internal static class NbdUri
{
    private static readonly string[] s_forCertificates = ["tls-certificates", "tls-hostname", "tls-verify-peer"];

    /// <summary>The schemes that are understood.</summary>
    internal static IReadOnlyList<string> Schemes { get; } = ["nbd", "nbds", "nbd+unix", "nbds+unix"];

    /// <summary>Reads a URI.</summary>
    /// <returns>Null when it could be read; otherwise the rule that it breaks, continuing "must be".</returns>
    internal static string? TryParse(string text, out NbdAddress address)
    {
        address = new NbdAddress();
        int colon = text.IndexOf("://", StringComparison.Ordinal);
        string scheme = colon < 0 ? "" : text[..colon].ToLowerInvariant();
        if (!Schemes.Contains(scheme))
            return $"a URI that begins with {string.Join(", ", Schemes.Select(known => known + "://"))}";
        string rest = text[(colon + 3)..];
        if (rest.Contains('#', StringComparison.Ordinal))
            return "a URI without a fragment; write # in a name as %23";
        int question = rest.IndexOf('?', StringComparison.Ordinal);
        string query = question < 0 ? "" : rest[(question + 1)..];
        string place = question < 0 ? rest : rest[..question];
        int slash = place.IndexOf('/', StringComparison.Ordinal);
        string authority = slash < 0 ? place : place[..slash];
        if (!UriText.TryDecode(slash < 0 ? "" : place[(slash + 1)..], out string export) || export.Contains('\0')
            || Encoding.UTF8.GetByteCount(export) > NbdWire.MaxStringBytes)
            return "a URI whose export name is UTF-8 with %XX for what is special, without NUL, and no longer than "
                + $"{NbdWire.MaxStringBytes} bytes";
        bool isUnix = scheme.EndsWith("+unix", StringComparison.Ordinal);
        address = address with { IsTls = scheme.StartsWith("nbds", StringComparison.Ordinal), Export = export };
        return UriAuthority.Read(authority, isUnix, ref address) ?? ReadQuery(query, isUnix, ref address);
    }

    /// <summary>The text without what stands before an @ in its authority: that may be a password.</summary>
    internal static string Redact(string text)
    {
        int start = text.IndexOf("://", StringComparison.Ordinal);
        if (start < 0)
            return text;
        start += 3;
        int end = text.AsSpan(start).IndexOfAny('/', '?', '#');
        int at = text.AsSpan(start, end < 0 ? text.Length - start : end).LastIndexOf('@');
        return at < 0 ? text : string.Concat(text.AsSpan(0, start), "***", text.AsSpan(start + at));
    }

    private static string? ReadQuery(string query, bool isUnix, ref NbdAddress address)
    {
        HashSet<string> seen = [];
        foreach (string part in query.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            int equals = part.IndexOf('=', StringComparison.Ordinal);
            string key = (equals < 0 ? part : part[..equals]).ToLowerInvariant();
            if (!UriText.TryDecode(equals < 0 ? "" : part[(equals + 1)..], out string value) || value.Length == 0)
                return $"a URI whose parameter {UriText.Shown(key)} has a value of UTF-8";
            if (!seen.Add(key))
                return $"a URI with {UriText.Shown(key)} once";
            if (ReadParameter(key, value, isUnix, ref address) is { } rule)
                return rule;
        }
        if (isUnix && address.Socket.Length == 0)
            return "a URI that names the socket, as nbd+unix:///export?socket=/path";
        // Which of two ways is meant cannot be guessed.
        bool usesKey = seen.Contains("tls-psk-file") || address.TlsWay == TlsWay.PreSharedKey;
        string? other = s_forCertificates.FirstOrDefault(seen.Contains)
            ?? (address.TlsWay == TlsWay.Certificates ? "tls-type=x509" : null);
        if (usesKey && other is not null)
            return $"a URI with {other}, which is for certificates, or with pre-shared keys, and not with both";
        if (usesKey || other is not null)
            address = address with { TlsWay = usesKey ? TlsWay.PreSharedKey : TlsWay.Certificates };
        return null;
    }

    private static string? ReadParameter(string key, string value, bool isUnix, ref NbdAddress address)
    {
        if (key.StartsWith("tls-", StringComparison.Ordinal) && !address.IsTls)
            return $"a URI without {UriText.Shown(key)}, or one that begins with nbds";
        switch (key)
        {
            case "socket" when isUnix:
                address = address with { Socket = value };
                // sun_path has 108 bytes, one of them the NUL behind a path.
                return value.IndexOf('\0', 1) < 0 && Encoding.UTF8.GetByteCount(value) <= 107
                    ? null : "a URI whose socket is a path of at most 107 bytes";
            case "tls-certificates":
                address = address with { TlsCertificates = value };
                return value.Contains('\0') ? "a URI whose tls-certificates is a path" : null;
            case "tls-hostname":
                address = address with { TlsHostname = value };
                return Uri.CheckHostName(value) == UriHostNameType.Unknown ? "a URI whose tls-hostname is one" : null;
            case "tls-verify-peer":
                address = address with { TlsVerifyPeer = value != "0" };
                return value is "0" or "1" ? null : "a URI whose tls-verify-peer is 0 or 1";
            case "tls-type":
                address = address with { TlsWay = value == "psk" ? TlsWay.PreSharedKey : TlsWay.Certificates };
                return value is "x509" or "psk"
                    ? null : "a URI whose tls-type is x509 or psk: anonymous TLS is not spoken here";
            case "tls-psk-file":
                address = address with { TlsPskFile = value };
                return value.Contains('\0') ? "a URI whose tls-psk-file is a path" : null;
            default:
                return $"a URI without {UriText.Shown(key)}; known are socket (with +unix), and with nbds "
                    + "tls-certificates, tls-hostname, tls-verify-peer, tls-psk-file and tls-type";
        }
    }
}
