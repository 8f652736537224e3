using System.Globalization;

namespace IoMerge.Backends.Nbd;

/// <summary>The part of an NBD URI between // and the next slash: who comes, host and port.</summary>
internal static class UriAuthority
{
    /// <summary>Reads it.</summary>
    /// <param name="text">That part.</param>
    /// <param name="isUnix">True when a socket takes the place of host and port.</param>
    /// <param name="address">What is known so far, and then has this too.</param>
    /// <returns>Null when it could be read; otherwise the rule that it breaks, continuing "must be".</returns>
    internal static string? Read(string text, bool isUnix, ref NbdAddress address)
    {
        int at = text.LastIndexOf('@');
        if (at >= 0 && ReadUser(text[..at], ref address) is { } rule)
            return rule;
        string place = text[(at + 1)..];
        if (!isUnix)
            return ReadHost(place, ref address);
        return place.Length == 0 ? null : "a URI without a host, as nbd+unix:///export?socket=/path";
    }

    private static string? ReadUser(string text, ref NbdAddress address)
    {
        if (!address.IsTls)
            return "a URI without a user name: only TLS with pre-shared keys (nbds) has one";
        // Behind a colon stands a password. NBD has none, and a URI is no place for one.
        if (text.Contains(':', StringComparison.Ordinal))
            return "a URI without a password: the key is in the file that tls-psk-file names";
        if (!UriText.TryDecode(text, out string user) || !NbdAddress.IsUserName(user))
            return $"a URI whose user name is {NbdAddress.UserNameRule}";
        address = address with { TlsUsername = user };
        return null;
    }

    private static string? ReadHost(string place, ref NbdAddress address)
    {
        string host = place;
        string port = "";
        int close = place.IndexOf(']', StringComparison.Ordinal);
        int colon = place.LastIndexOf(':');
        if (colon > close)
            (host, port) = (place[..colon], place[(colon + 1)..]);
        bool isBracketed = host.StartsWith('[') && host.EndsWith(']');
        string name = isBracketed ? host[1..^1] : host;
        bool isAddress = System.Net.IPAddress.TryParse(name, out System.Net.IPAddress? parsed)
            && parsed.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6;
        if (!UriText.TryDecode(name, out name) || name.Length == 0 || isBracketed != isAddress
            || Uri.CheckHostName(name) == UriHostNameType.Unknown)
            return "a URI with a host, as nbd://host/export or nbd://[::1]/export";
        int number = NbdWire.DefaultPort;
        if (port.Length > 0 && (!int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out number)
            || number is < 1 or > 65_535))
            return "a URI whose port is 1 to 65535";
        address = address with { Host = name, Port = number };
        return null;
    }
}
