using System.Globalization;
using System.Text;

namespace IoMerge.Backends.Nbd;

/// <summary>The pieces of a URI as text: what %XX stands for, and what of it may be repeated.</summary>
internal static class UriText
{
    /// <summary>Replaces %XX by what it stands for.</summary>
    /// <returns>False when it is no such text, or no UTF-8.</returns>
    internal static bool TryDecode(string text, out string decoded)
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

    /// <summary>The name of a parameter, short and without what could disturb a message.</summary>
    internal static string Shown(string key) =>
        new([.. key.Take(40).Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' ? c : '?')]);
}
