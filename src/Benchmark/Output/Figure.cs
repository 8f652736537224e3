using System.Globalization;
using IoMerge.Benchmark.Results;

namespace IoMerge.Benchmark.Output;

/// <summary>
/// Figures as people read them: three digits and a prefix, the same in every language. For machines there are JSON and
/// CSV, which round nothing.
/// </summary>
public static class Figure
{
    /// <summary>A count or a rate: <c>238k</c>, <c>4.27M</c>.</summary>
    public static string Count(double value) => value switch
    {
        >= 999.5e6 => Digits(value / 1e9) + "G",
        >= 999.5e3 => Digits(value / 1e6) + "M",
        >= 9_995 => Digits(value / 1e3) + "k",
        >= 99.95 => Text(value, "F0"),
        _ => Digits(value),
    };

    /// <summary>Bytes per second, in decimal megabytes as disks and networks are sold: <c>1250 MB/s</c>.</summary>
    public static string Rate(double bytesPerSecond) => Megabytes(bytesPerSecond) + " MB/s";

    /// <summary>The same without the unit.</summary>
    public static string Megabytes(double bytesPerSecond) =>
        Text(bytesPerSecond / 1e6, bytesPerSecond >= 99.95e6 ? "F0" : bytesPerSecond >= 9.995e6 ? "F1" : "F2");

    /// <summary>A time in microseconds: <c>850 ns</c>, <c>12.3 µs</c>, <c>4.56 ms</c>, <c>1.20 s</c>.</summary>
    public static string Time(double microseconds) => microseconds switch
    {
        >= 999_500 => Digits(microseconds / 1e6) + " s",
        >= 999.5 => Digits(microseconds / 1e3) + " ms",
        >= 0.9995 or 0 => Digits(microseconds) + " µs",
        _ => Digits(microseconds * 1e3) + " ns",
    };

    /// <summary>A number of bytes: <c>0</c>, <c>512 B</c>, <c>3.50 MiB</c>.</summary>
    public static string Bytes(double bytes) => bytes switch
    {
        >= 1 << 30 => Digits(bytes / (1 << 30)) + " GiB",
        >= 1 << 20 => Digits(bytes / (1 << 20)) + " MiB",
        >= 1 << 10 => Digits(bytes / (1 << 10)) + " KiB",
        0 => "0",
        _ => Digits(bytes) + " B",
    };

    /// <summary>A ratio: <c>31.8</c>, <c>0.97</c>.</summary>
    public static string Ratio(double ratio) => Digits(ratio);

    /// <summary>
    /// A median with its interval: <c>238k (231k–244k)</c>; the median alone when that is all there is.
    /// </summary>
    /// <param name="measure">The figure.</param>
    /// <param name="format">How one value is written.</param>
    public static string WithInterval(Measure measure, Func<double, string> format)
    {
        ArgumentNullException.ThrowIfNull(measure);
        ArgumentNullException.ThrowIfNull(format);
        string median = format(measure.Median);
        return measure.Rounds.Count < 2 ? median : $"{median} ({format(measure.Low)}–{format(measure.High)})";
    }

    /// <summary>A time span: <c>42 s</c>, <c>3 min 05 s</c>, <c>1 h 07 min</c>.</summary>
    public static string Span(TimeSpan span) => span.TotalSeconds switch
    {
        < 60 => Text(Math.Max(0, span.TotalSeconds), "F0") + " s",
        < 3600 => string.Create(CultureInfo.InvariantCulture, $"{(int)span.TotalMinutes} min {span.Seconds:00} s"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{(int)span.TotalHours} h {span.Minutes:00} min"),
    };

    private static string Digits(double value) => Math.Abs(value) switch
    {
        >= 99.95 => Text(value, "F0"),
        >= 9.995 => Text(value, "F1"),
        _ => Text(value, "F2"),
    };

    private static string Text(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
