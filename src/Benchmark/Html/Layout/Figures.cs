using System.Globalization;

namespace IoMerge.Benchmark.Html.Layout;

/// <summary>Numbers as people read them: three significant digits and a prefix. What is no number is a dash.</summary>
internal static class Figures
{
    private const string Dash = "–";
    private static readonly string[] s_prefixes = ["", "k", "M", "G", "T", "P"];

    /// <summary>A rate in requests per second, such as <c>28.4 k/s</c>.</summary>
    public static string PerSecond(double value) => Scaled(value, 1000, s_prefixes, " ", "/s");

    /// <summary>A rate in bytes per second with decimal prefixes, as disks are sold: <c>322 MB/s</c>.</summary>
    public static string BytesPerSecond(double value) => Scaled(value, 1000, s_prefixes, " ", "B/s");

    /// <summary>A number of bytes with binary prefixes: <c>128 KiB</c>.</summary>
    public static string Bytes(double value) => Scaled(value, 1024, ["", "Ki", "Mi", "Gi", "Ti", "Pi"], " ", "B");

    /// <summary>A count: <c>1.02 M</c>.</summary>
    public static string Count(double value) => Scaled(value, 1000, s_prefixes, " ", "");

    /// <summary>A time given in microseconds, in the unit that fits: <c>850 ns</c>, <c>4.5 ms</c>.</summary>
    public static string Time(double microseconds) => !double.IsFinite(microseconds) ? Dash : microseconds switch
    {
        0 => "0",
        < 1 and > -1 => Digits(microseconds * 1e3) + " ns",
        < 999.5 and > -999.5 => Digits(microseconds) + " µs",
        < 999.5e3 and > -999.5e3 => Digits(microseconds / 1e3) + " ms",
        _ => Digits(microseconds / 1e6) + " s",
    };

    /// <summary>A plain number with three significant digits.</summary>
    public static string Plain(double value) => double.IsFinite(value) ? Digits(value) : Dash;

    /// <summary>How many times something is of something else: <c>1.41×</c>; a dash when that has no meaning.</summary>
    public static string Times(double value, double of) =>
        double.IsFinite(value / of) && of > 0 ? Aligned(value / of) + "×" : Dash;

    /// <summary>A part of a whole in percent.</summary>
    public static string Percent(double fraction) =>
        !double.IsFinite(fraction) ? Dash : fraction == 0 ? "0" : Digits(fraction * 100) + " %";

    /// <summary>A duration of a run: <c>45 s</c>, <c>12 min 5 s</c>, <c>2 h 3 min</c>.</summary>
    public static string Duration(double seconds)
    {
        if (!double.IsFinite(seconds) || seconds < 0 || seconds > TimeSpan.MaxValue.TotalSeconds / 2)
            return Dash;
        if (seconds < 59.5)
            return Digits(seconds) + " s";
        TimeSpan span = TimeSpan.FromSeconds(Math.Round(seconds));
        return span.TotalHours < 1
            ? Invariant($"{span.Minutes} min {span.Seconds} s")
            : Invariant($"{(long)span.TotalHours} h {span.Minutes} min");
    }

    private static string Scaled(double value, double step, string[] prefixes, string gap, string unit)
    {
        if (!double.IsFinite(value))
            return Dash;
        if (value == 0)
            return "0";
        int prefix = 0;
        // What would round up to the next prefix belongs there.
        while (Math.Abs(value) >= step - 0.5 && prefix < prefixes.Length - 1)
        {
            value /= step;
            prefix++;
        }
        string suffix = prefixes[prefix] + unit;
        string between = suffix.Length == 0 || (prefix == 0 && unit.StartsWith('/')) ? "" : gap;
        return Digits(value) + between + suffix;
    }

    private static string Digits(double value) => Math.Abs(value) switch
    {
        0 => "0",
        >= 1e6 or < 1e-3 => value.ToString("0.##e0", CultureInfo.InvariantCulture),
        >= 99.95 => value.ToString("0", CultureInfo.InvariantCulture),
        >= 9.995 => value.ToString("0.#", CultureInfo.InvariantCulture),
        >= 0.9995 => value.ToString("0.##", CultureInfo.InvariantCulture),
        _ => value.ToString("0.###", CultureInfo.InvariantCulture),
    };

    // With the zeros at the end, so that ratios below each other can be compared at a glance.
    private static string Aligned(double value) => value switch
    {
        >= 99.95 or < 0.0995 => Digits(value),
        >= 9.995 => value.ToString("0.0", CultureInfo.InvariantCulture),
        _ => value.ToString("0.00", CultureInfo.InvariantCulture),
    };

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
