using System.Globalization;

namespace IoMerge.Backends.Decorators;

/// <summary>One operation as it went through the store.</summary>
/// <param name="StartUs">When it was submitted, in microseconds since the backend was opened.</param>
/// <param name="Kind">What it did.</param>
/// <param name="Flags">How.</param>
/// <param name="Extent">Where.</param>
/// <param name="Members">How many callers' requests it carried.</param>
/// <param name="Error">How it ended.</param>
/// <param name="Result">Bytes transferred or offset found.</param>
/// <param name="TookUs">Microseconds from submission to completion.</param>
internal readonly record struct LogEntry(
    long StartUs, IoKind Kind, IoFlags Flags, Extent Extent, int Members, Errno Error, long Result, long TookUs)
{
    /// <summary>The first line of a file: the fields, and the moment that the times count from.</summary>
    internal static string HeaderOf(DateTimeOffset openedAt) =>
        "start_us kind offset length members flags error result took_us opened_utc="
        + openedAt.UtcDateTime.ToString("O", CultureInfo.InvariantCulture);

    public override string ToString()
    {
        string flags = Flags == IoFlags.None ? "-" : Flags.ToString().Replace(", ", "+", StringComparison.Ordinal);
        string error = Error.IsSuccess ? "ok" : Error.ToString().Replace(' ', '_');
        return string.Create(CultureInfo.InvariantCulture,
            $"{StartUs} {Kind} {Extent.Offset} {Extent.Length} {Members} {flags} {error} {Result} {TookUs}");
    }
}
