using System.Globalization;
using System.Text;

namespace IoMerge.Backends.Nbd;

/// <summary>
/// Reads URIs of the NBD URI specification. Pure text: whether anything is there is not asked. Strict, because a
/// parameter that is not understood may be the one that matters.
/// </summary>
internal static class NbdUri
{
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
        if (!TryDecode(slash < 0 ? "" : place[(slash + 1)..], out string export) || export.Contains('\0')
            || Encoding.UTF8.GetByteCount(export) > NbdWire.MaxStringBytes)
            return "a URI whose export name is UTF-8 with %XX for what is special, without NUL, and no longer than "
                + $"{NbdWire.MaxStringBytes} bytes";
        bool isUnix = scheme.EndsWith("+unix", StringComparison.Ordinal);
        address = address with { IsTls = scheme.StartsWith("nbds", StringComparison.Ordinal), Export = export };
        return (isUnix ? CheckNoHost(authority) : ReadHost(authority, ref address))
            ?? ReadQuery(query, isUnix, ref address);
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

    private static string? CheckNoHost(string authority) =>
        authority.Length == 0 ? null : "a URI without a host, as nbd+unix:///export?socket=/path";

    private static string? ReadHost(string authority, ref NbdAddress address)
    {
        if (authority.Contains('@', StringComparison.Ordinal))
            return "a URI without a user name: only TLS with pre-shared keys has one, and certificates are what is "
                + "spoken here";
        string host = authority;
        string port = "";
        int close = authority.IndexOf(']', StringComparison.Ordinal);
        int colon = authority.LastIndexOf(':');
        if (colon > close)
            (host, port) = (authority[..colon], authority[(colon + 1)..]);
        bool isBracketed = host.StartsWith('[') && host.EndsWith(']');
        string name = isBracketed ? host[1..^1] : host;
        bool isAddress = System.Net.IPAddress.TryParse(name, out System.Net.IPAddress? parsed)
            && parsed.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6;
        if (!TryDecode(name, out name) || name.Length == 0 || isBracketed != isAddress
            || Uri.CheckHostName(name) == UriHostNameType.Unknown)
            return "a URI with a host, as nbd://host/export or nbd://[::1]/export";
        int number = NbdWire.DefaultPort;
        if (port.Length > 0 && (!int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out number)
            || number is < 1 or > 65_535))
            return "a URI whose port is 1 to 65535";
        address = address with { Host = name, Port = number };
        return null;
    }

    private static string? ReadQuery(string query, bool isUnix, ref NbdAddress address)
    {
        HashSet<string> seen = [];
        foreach (string part in query.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            int equals = part.IndexOf('=', StringComparison.Ordinal);
            string key = (equals < 0 ? part : part[..equals]).ToLowerInvariant();
            if (!TryDecode(equals < 0 ? "" : part[(equals + 1)..], out string value) || value.Length == 0)
                return $"a URI whose parameter {Shown(key)} has a value of UTF-8";
            if (!seen.Add(key))
                return $"a URI with {Shown(key)} once";
            if (ReadParameter(key, value, isUnix, ref address) is { } rule)
                return rule;
        }
        return isUnix && address.Socket.Length == 0
            ? "a URI that names the socket, as nbd+unix:///export?socket=/path" : null;
    }

    private static string? ReadParameter(string key, string value, bool isUnix, ref NbdAddress address)
    {
        if (key.StartsWith("tls-", StringComparison.Ordinal) && !address.IsTls)
            return $"a URI without {Shown(key)}, or one that begins with nbds";
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
                return value == "x509" ? null : "a URI whose tls-type is x509: pre-shared keys and anonymous TLS are "
                    + "not spoken here";
            case "tls-psk-file":
                return "a URI without tls-psk-file: pre-shared keys are not spoken here. Give the server a "
                    + "certificate, and name the folder with its authority: tls-certificates=/path";
            default:
                return $"a URI without {Shown(key)}; known are socket (with +unix), tls-certificates, tls-hostname, "
                    + "tls-verify-peer and tls-type (with nbds)";
        }
    }

    private static string Shown(string key) =>
        new([.. key.Take(40).Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' ? c : '?')]);

    private static bool TryDecode(string text, out string decoded)
    {
        decoded = "";
        var bytes = new List<byte>(text.Length);
        byte[] raw = Encoding.UTF8.GetBytes(text);
        for (int i = 0; i < raw.Length; i++)
        {
            if (raw[i] != '%')
            {
                bytes.Add(raw[i]);
                continue;
            }
            if (i + 2 >= raw.Length || !byte.TryParse(
                raw.AsSpan(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out byte value))
                return false;
            bytes.Add(value);
            i += 2;
        }
        try
        {
            decoded = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString([.. bytes]);
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
