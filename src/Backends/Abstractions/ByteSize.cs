using System.ComponentModel;
using System.Globalization;

namespace IoMerge.Backends;

/// <summary>
/// A number of bytes as people write it: <c>4096</c>, <c>128KiB</c>, <c>64 MiB</c>, <c>1G</c>. K, M, G and T with or
/// without "iB" are powers of 1024; KB, MB, GB and TB are refused because people disagree about them.
/// </summary>
/// <param name="Bytes">The number of bytes, 0 or more.</param>
[TypeConverter(typeof(ByteSizeConverter))]
public readonly record struct ByteSize(long Bytes)
{
    private const string Units = "KMGTP";

    /// <summary>The number of bytes.</summary>
    public static implicit operator long(ByteSize size) => size.Bytes;

    /// <summary>A size of that many bytes.</summary>
    public static implicit operator ByteSize(long bytes) => new(bytes);

    /// <summary>Reads a size.</summary>
    /// <returns>False when the text is no size or passes 2^63 - 1 bytes.</returns>
    public static bool TryParse(string? text, out ByteSize size)
    {
        size = default;
        ReadOnlySpan<char> span = text.AsSpan().Trim();
        int digits = 0;
        while (digits < span.Length && char.IsAsciiDigit(span[digits]))
            digits++;
        if (!long.TryParse(span[..digits], NumberStyles.None, CultureInfo.InvariantCulture, out long number))
            return false;
        if (!TryParseShift(span[digits..].Trim(), out int shift) || number > long.MaxValue >> shift)
            return false;
        size = new ByteSize(number << shift);
        return true;
    }

    /// <summary>Reads a size.</summary>
    /// <exception cref="FormatException">The text is no size.</exception>
    public static ByteSize Parse(string text) => TryParse(text, out ByteSize size)
        ? size
        : throw new FormatException($"\"{text}\" is not a size; write bytes or a number with KiB, MiB, GiB or TiB.");

    /// <summary>The shortest exact form: <c>1MiB</c>, <c>1536KiB</c>, <c>1000</c>.</summary>
    public override string ToString()
    {
        long value = Bytes;
        int unit = -1;
        while (value != 0 && value % 1024 == 0 && unit + 1 < Units.Length)
        {
            value /= 1024;
            unit++;
        }
        string number = value.ToString(CultureInfo.InvariantCulture);
        return unit < 0 ? number : $"{number}{Units[unit]}iB";
    }

    private static bool TryParseShift(ReadOnlySpan<char> unit, out int shift)
    {
        shift = 0;
        if (unit.IsEmpty || unit is "B")
            return true;
        int index = Units.IndexOf(char.ToUpperInvariant(unit[0]), StringComparison.Ordinal);
        shift = 10 * (index + 1);
        return index >= 0 && (unit.Length == 1 || unit[1..].Equals("iB", StringComparison.OrdinalIgnoreCase));
    }
}

/// <summary>Lets configuration binding read a <see cref="ByteSize"/>.</summary>
public sealed class ByteSizeConverter : TypeConverter
{
    /// <inheritdoc/>
    public override bool CanConvertFrom(ITypeDescriptorContext? context, Type sourceType) =>
        sourceType == typeof(string) || base.CanConvertFrom(context, sourceType);

    /// <inheritdoc/>
    public override object? ConvertFrom(ITypeDescriptorContext? context, CultureInfo? culture, object value) =>
        value is string text ? ByteSize.Parse(text) : base.ConvertFrom(context, culture, value);
}
