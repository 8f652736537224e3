using System.Globalization;
using IoMerge.Backends;

namespace IoMerge.Mount.Configuration;

/// <summary>Makes knobs of options of type <typeparamref name="T"/>, one method per kind of value.</summary>
internal static class Knobs<T>
{
    /// <summary>A whole number in a range.</summary>
    public static Knob<T> Whole(string name, string unit, long min, long max, string purpose,
        Func<T, long> get, Func<T, long, T> with) =>
        Make(name, unit, $"a whole number from {min} to {max}", purpose,
            o => get(o).ToString(CultureInfo.InvariantCulture), with,
            (string text, out long value) => KnobParsers.TryWhole(text, out value) && value >= min && value <= max);

    /// <summary>A number with a fraction in a range.</summary>
    public static Knob<T> Number(string name, string unit, double min, double max, string purpose,
        Func<T, double> get, Func<T, double, T> with) =>
        Make(name, unit, string.Create(CultureInfo.InvariantCulture, $"a number from {min} to {max}"), purpose,
            o => get(o).ToString(CultureInfo.InvariantCulture), with,
            (string text, out double value) =>
                KnobParsers.TryNumber(text, out value) && value >= min && value <= max);

    /// <summary>A number of bytes in a range.</summary>
    public static Knob<T> Size(string name, long min, long max, string purpose,
        Func<T, ByteSize> get, Func<T, ByteSize, T> with) =>
        SizeByRule(name, max == long.MaxValue
                ? $"a size of {new ByteSize(min)} or more, as 4096, 128KiB or 1GiB"
                : $"a size from {new ByteSize(min)} to {new ByteSize(max)}",
            purpose, get, with, size => size >= min && size <= max);

    /// <summary>A number of bytes with a rule of its own.</summary>
    public static Knob<T> SizeByRule(string name, string rule, string purpose,
        Func<T, ByteSize> get, Func<T, ByteSize, T> with, Func<long, bool> isAllowed) =>
        Make(name, "bytes", rule, purpose, o => get(o).ToString(), with,
            (string text, out ByteSize value) => ByteSize.TryParse(text, out value) && isAllowed(value));

    /// <summary>True or false.</summary>
    public static Knob<T> Switch(string name, string purpose, Func<T, bool> get, Func<T, bool, T> with) =>
        Make(name, "switch", "true or false", purpose, o => get(o) ? "true" : "false", with,
            (string text, out bool value) => bool.TryParse(text, out value));

    /// <summary>One of the names of an enumeration; case does not matter.</summary>
    public static Knob<T> Choice<TEnum>(string name, string purpose, Func<T, TEnum> get, Func<T, TEnum, T> with)
        where TEnum : struct, Enum =>
        Make(name, "name", $"one of {string.Join(", ", Enum.GetNames<TEnum>())}", purpose,
            o => get(o).ToString(), with, KnobParsers.TryName, Enum.GetNames<TEnum>());

    /// <summary>A text with a rule.</summary>
    public static Knob<T> Text(string name, string unit, string rule, string purpose,
        Func<T, string> get, Func<T, string, T> with, Func<string, bool> isAllowed) =>
        Make(name, unit, rule, purpose, get, with,
            (string text, out string value) => isAllowed(value = text));

    /// <summary>A value of any type, with its own way from text.</summary>
    public static Knob<T> Make<TValue>(string name, string unit, string rule, string purpose,
        Func<T, string> format, Func<T, TValue, T> with, KnobParser<TValue> parse,
        IReadOnlyList<string>? names = null) =>
        new(name, unit, rule, purpose, format, (T options, string text, out T changed) =>
        {
            bool good = parse(text, out TValue value);
            changed = good ? with(options, value) : options;
            return good;
        }, names);
}
