using System.Globalization;

namespace IoMerge.Mount.Configuration;

/// <summary>Reads a value; false when the text is none that is allowed.</summary>
internal delegate bool KnobParser<TValue>(string text, out TValue value);

/// <summary>Text to value, strictly: no blanks, no group separators, no culture.</summary>
internal static class KnobParsers
{
    /// <summary>Reads a whole number.</summary>
    public static bool TryWhole(string text, out long value) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value);

    /// <summary>Reads a whole number of 32 bits.</summary>
    public static bool TryInt(string text, out int value) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value);

    /// <summary>Reads a number with a fraction.</summary>
    public static bool TryNumber(string text, out double value) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value);

    /// <summary>
    /// Reads one name of an enumeration, in any case. Enum.TryParse would take numbers and lists of names too, which
    /// nobody means here.
    /// </summary>
    public static bool TryName<TEnum>(string text, out TEnum value)
        where TEnum : struct, Enum
    {
        foreach (TEnum candidate in Enum.GetValues<TEnum>())
        {
            if (!string.Equals(candidate.ToString(), text, StringComparison.OrdinalIgnoreCase))
                continue;
            value = candidate;
            return true;
        }
        value = default;
        return false;
    }
}
