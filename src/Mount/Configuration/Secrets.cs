using System.Text.RegularExpressions;

namespace IoMerge.Mount.Configuration;

/// <summary>
/// Hides what somebody took for a setting and is a secret. Keys and passwords belong in files, and nothing takes them;
/// but what is wrong is repeated to whoever wrote it, and that ends in logs.
/// </summary>
internal static partial class Secrets
{
    private const string Hidden = "***";

    private static readonly string[] s_names = ["key", "password", "passwd", "passphrase", "secret", "token"];

    /// <summary>A value as it may be shown.</summary>
    /// <param name="key">Whose value it is.</param>
    /// <param name="value">The value.</param>
    public static string Hide(string key, string value) =>
        s_names.Any(name => key.EndsWith(name, StringComparison.OrdinalIgnoreCase)) ? Hidden : Hide(value);

    /// <summary>A text as it may be shown: without passwords in addresses, and what follows names like <c>key=</c>.
    /// </summary>
    public static string Hide(string text) =>
        Passwords().Replace(Words().Replace(text, "$1" + Hidden), "$1" + Hidden + "@");

    [GeneratedRegex("([,:;&?](?:key|password|passwd|passphrase|secret|token)=)[^,:;&\"\\s]+", RegexOptions.IgnoreCase)]
    private static partial Regex Words();

    [GeneratedRegex("(://[^/?#\"\\s]*?:)[^/?#\"\\s]*@")]
    private static partial Regex Passwords();
}
