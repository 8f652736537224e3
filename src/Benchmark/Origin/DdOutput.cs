using System.Globalization;
using System.Text.RegularExpressions;

namespace IoMerge.Benchmark.Origin;

/// <summary>Reads what GNU dd says at its end.</summary>
internal static partial class DdOutput
{
    /// <summary>Bytes and seconds from dd's messages in the locale C.</summary>
    /// <exception cref="InvalidDataException">They are not there.</exception>
    public static (long Bytes, double Seconds) Parse(string messages)
    {
        Match match = LastLine().Match(messages);
        return match.Success
            ? (long.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture),
                double.Parse(match.Groups[2].ValueSpan, CultureInfo.InvariantCulture))
            : throw new InvalidDataException($"dd did not say how long it took: {messages.Trim()}");
    }

    [GeneratedRegex(@"^(\d+) bytes .*copied, ([0-9.e+-]+) s", RegexOptions.Multiline)]
    private static partial Regex LastLine();
}
