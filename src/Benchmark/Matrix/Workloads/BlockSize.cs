using System.Globalization;

namespace IoMerge.Benchmark.Matrix.Workloads;

/// <summary>
/// Sizes as names of workloads have them: <c>512</c>, <c>4k</c>, <c>2m</c>. Not for configuration, where
/// <see cref="IoMerge.Backends.ByteSize"/> reads and writes them.
/// </summary>
internal static class BlockSize
{
    /// <summary>Reads one; false when it is none.</summary>
    internal static bool TryParse(string text, out long bytes)
    {
        char unit = text.Length == 0 ? ' ' : char.ToLowerInvariant(text[^1]);
        int shift = unit switch { 'k' => 10, 'm' => 20, 'g' => 30, _ => 0 };
        string digits = shift == 0 ? text : text[..^1];
        bool good = long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out long number)
            && number <= long.MaxValue >> shift;
        bytes = good ? number << shift : 0;
        return good;
    }

    /// <summary>Writes one in its largest whole unit.</summary>
    internal static string Format(long bytes)
    {
        (int shift, string unit) = bytes switch
        {
            > 0 when bytes % (1 << 30) == 0 => (30, "g"),
            > 0 when bytes % (1 << 20) == 0 => (20, "m"),
            > 0 when bytes % (1 << 10) == 0 => (10, "k"),
            _ => (0, ""),
        };
        return (bytes >> shift).ToString(CultureInfo.InvariantCulture) + unit;
    }
}
