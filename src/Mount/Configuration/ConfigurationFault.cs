namespace IoMerge.Mount.Configuration;

/// <summary>Something in the configuration that is wrong.</summary>
/// <param name="Key">The key, or the file when it cannot be read at all.</param>
/// <param name="Value">The value found; null when there is none.</param>
/// <param name="Rule">What is wrong and what is allowed.</param>
/// <param name="Origin">Where the value comes from; empty when it comes from nowhere.</param>
internal sealed record ConfigurationFault(string Key, string? Value, string Rule, string Origin)
{
    private const int LongestValueShown = 120;

    /// <summary>More help, in lines of its own; empty when there is none.</summary>
    public string Help { get; init; } = "";

    /// <summary>One line with key, value, rule and origin, without secrets.</summary>
    public override string ToString()
    {
        string value = Value is null ? "" : $" = \"{Shorten(Secrets.Hide(Key, Value))}\"";
        string origin = Origin.Length == 0 ? "" : $" ({Origin})";
        return Printable($"{Key}{value}: {Secrets.Hide(Rule)}{origin}");
    }

    private static string Shorten(string value) =>
        value.Length <= LongestValueShown ? value : value[..LongestValueShown] + "...";

    // What a hostile file contains must not steer the terminal.
    private static string Printable(string text) =>
        string.Concat(text.Select(c => char.IsControl(c) ? '?' : c));
}
